// Package grpcapp answers health checks over gRPC.
package grpcapp

import (
	"context"
	"time"

	"example.com/frameworks/shop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// Server implements the health service.
type Server struct {
	healthpb.UnimplementedHealthServer
	store *shop.Store
}

// Check says whether there is an item called like the service.
func (s *Server) Check(_ context.Context, req *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := s.store.Find(ctx, req.GetService()); err != nil {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	return &healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}, nil
}

// Watch sends the state after every change.
func (s *Server) Watch(req *healthpb.HealthCheckRequest, stream healthpb.Health_WatchServer) error {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		if _, err := s.store.Find(context.Background(), req.GetService()); err != nil {
			return status.Error(codes.NotFound, err.Error())
		}
		if err := stream.Send(&healthpb.HealthCheckResponse{Status: healthpb.HealthCheckResponse_SERVING}); err != nil {
			return err
		}
		select {
		case <-s.store.Changed():
		case <-ticker.C:
		}
	}
}

// Allow lets only known users open a stream.
func (s *Server) Allow(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if _, err := s.store.Find(context.TODO(), info.FullMethod); err != nil {
		return status.Error(codes.PermissionDenied, err.Error())
	}
	return handler(srv, ss)
}

// sendAll sends the items called ids.
func sendAll[T any](s *Server, ids []string, stream grpc.ServerStreamingServer[T], make func(shop.Item) *T) error {
	for _, id := range ids {
		item, err := s.store.Find(context.Background(), id)
		if err != nil {
			return err
		}
		if err := stream.Send(make(item)); err != nil {
			return err
		}
	}
	return nil
}
