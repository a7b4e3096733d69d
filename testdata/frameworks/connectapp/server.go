// Package connectapp serves a shop with connect. Its handlers always receive
// a context; its streams have none to ask for.
package connectapp

import (
	"context"
	"time"

	"connectrpc.com/connect"
	"example.com/frameworks/shop"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Server implements the procedures.
type Server struct{ store *shop.Store }

// Price returns the price of an item.
func (s *Server) Price(ctx context.Context, req *connect.Request[wrapperspb.StringValue]) (*connect.Response[wrapperspb.Int64Value], error) {
	item, err := s.store.Find(context.TODO(), req.Msg.GetValue())
	if err != nil {
		return nil, connect.NewError(connect.CodeNotFound, err)
	}
	return connect.NewResponse(wrapperspb.Int64(int64(item.Cents))), nil
}

// Watch sends a message after every change.
func (s *Server) Watch(_ context.Context, req *connect.Request[wrapperspb.StringValue], stream *connect.ServerStream[emptypb.Empty]) error {
	if _, err := s.store.Find(context.Background(), req.Msg.GetValue()); err != nil {
		return connect.NewError(connect.CodeNotFound, err)
	}
	for {
		select {
		case <-s.store.Changed():
		case <-time.After(time.Minute):
		}
		if err := stream.Send(&emptypb.Empty{}); err != nil {
			return err
		}
	}
}

// Rename renames the items that come in pairs.
func (s *Server) Rename(ctx context.Context, stream *connect.BidiStream[wrapperspb.StringValue, emptypb.Empty]) error {
	from, err := stream.Receive()
	if err != nil {
		return err
	}
	to, err := stream.Receive()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := s.store.Rename(ctx, from.GetValue(), to.GetValue()); err != nil {
		return err
	}
	return stream.Send(&emptypb.Empty{})
}
