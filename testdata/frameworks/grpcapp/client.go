package grpcapp

import (
	"context"
	"io"
	"time"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// follow counts what comes in on stream. Its context is not asked for: on a
// client stream that would turn transparent retries off.
func (s *Server) follow(stream healthpb.Health_WatchClient) error {
	for {
		resp, err := stream.Recv()
		if err != nil {
			return err
		}
		if _, err := s.store.Find(context.Background(), resp.GetStatus().String()); err != nil {
			return err
		}
	}
}

// pace sends nothing, but not too often.
func (s *Server) pace(stream grpc.ClientStream) error {
	select {
	case <-s.store.Changed():
		return stream.CloseSend()
	case <-time.After(time.Second):
		return nil
	}
}

// A loggedStream has a context of its own.
type loggedStream struct {
	grpc.ServerStream
	ctx context.Context
	s   *Server
}

// Context returns the stream's own context.
func (l *loggedStream) Context() context.Context { return l.ctx }

// SendMsg has no parameter that carries a context: a receiver is not asked.
func (l *loggedStream) SendMsg(m any) error {
	if _, err := l.s.store.Find(context.Background(), "log"); err != nil {
		return err
	}
	return l.ServerStream.SendMsg(m)
}

// proxy copies both ways; the server stream's context ends both.
func proxy(in grpc.ServerStream, out grpc.ClientStream) error {
	errs := make(chan error, 2)
	go func() { errs <- copyMessages(out, in) }()
	go func() { errs <- copyMessages(in, out) }()
	select {
	case err := <-errs:
		return err
	case <-time.After(time.Hour):
		return io.ErrNoProgress
	}
}

func copyMessages(to, from interface {
	SendMsg(any) error
	RecvMsg(any) error
}) error {
	for {
		var m healthpb.HealthCheckResponse
		if err := from.RecvMsg(&m); err != nil {
			return err
		}
		if err := to.SendMsg(&m); err != nil {
			return err
		}
	}
}
