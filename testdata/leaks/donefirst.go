package main

import "context"

// Where most selects have their Done case first, so do the new ones.
func waitFirst(ctx context.Context, event, slow <-chan struct{}) error {
	if ctx.Err() != nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-event:
		}
	}
	select {
	case <-event:
		return nil
	case <-slow:
		return errSlow
	}
}
