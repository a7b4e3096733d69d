package connectapp

import (
	"context"
	"net/http"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/emptypb"
)

// follow looks for the items that stream tells of.
func (s *Server) follow(stream *connect.ServerStreamForClient[emptypb.Empty]) error {
	for stream.Receive() {
		if _, err := s.store.Find(context.Background(), stream.Msg().String()); err != nil {
			return err
		}
	}
	return stream.Err()
}

// handler returns the handler of Price; every call brings its own context.
func (s *Server) handler() (string, http.Handler) {
	const name = "/shop.v1.Shop/Price"
	return name, connect.NewUnaryHandler(name, s.Price)
}
