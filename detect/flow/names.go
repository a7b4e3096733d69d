package flow

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The lists by which callees and functions are told apart by their names,
// each in one place. Matching is by word: "Close" matches Close, CloseIdle
// and closeIdle, not Closest.

// closers clean up and must run although the request is over (R4).
var closers = []string{
	"Shutdown", "ShutDown", "Close", "Stop", "Rollback", "RollBack", "Abort", "Cleanup", "CleanUp", "Flush",
	"Release", "Unlock", "RUnlock", "Revoke", "Deregister", "Unregister", "Teardown", "TearDown",
	"Destroy", "Disconnect", "Drain", "Terminate", "Kill", "GracefulStop", "Undo", "Compensate",
	"Unsubscribe", "Leave", "Exit", "Quit", "ForceFlush", "Logout", "Resign",
}

// removers clean up when they stand on an error path (R4).
var removers = []string{"Delete", "Remove"}

// undoers take back what the function did before.
var undoers = []string{
	"Forget", "Remove", "Delete", "Untrack", "Unwatch", "Unlink", "Unpin", "Unref", "Decrement", "Dec", "Restore", "Reset",
	"Detach", "Unregister", "Discard", "Expire", "Evict",
}

// builders make objects that may keep the context they are given (R8).
var builders = []string{"New", "Open", "Dial", "Connect", "Listen"}

// IsBuilder reports whether a function of that name makes an object that may
// keep the context it is given.
func IsBuilder(name string) bool { return hasWord(name, builders) }

// runners start work that may outlive the request (R8).
var runners = []string{"Start", "Run", "Serve", "Watch", "Subscribe", "Register"}

// launchers take work that goes on behind the caller's back.
var launchers = []string{
	"Go", "Spawn", "Launch", "Submit", "Schedule", "Enqueue", "Dispatch", "Async", "KeepAlive", "Keepalive", "Monitor",
}

// holders keep what they are given beside a context, or instead of one.
var holders = []string{
	"Put", "Store", "Set", "Add", "Push", "PushBack", "PushFront", "Insert", "Track", "Attach", "Append", "Send", "Publish",
	"Cleanup", "AfterFunc", "Handle", "HandleFunc", "On",
}

// starters are functions whose context bounds the start only (R12).
var starters = []string{"Start", "OnStart", "Init", "Initialize", "Setup", "SetUp", "Provision", "Prepare", "Open", "New"}

// queues take work that outlives the request, when the result is dropped (R14).
var queues = []string{"Set", "Put", "Save", "Store", "Enqueue", "Submit", "Schedule", "Publish", "Emit", "Ack", "Nack"}

// waiters return when something has ended, or their context has.
var waiters = []string{
	"Wait", "Await", "Join", "Shutdown", "ShutDown", "GracefulShutdown", "GracefulStop", "Stop", "Drain", "Quiesce",
}

// IsWaiter reports whether a function of that name waits for something to
// end, as long as its context lets it.
func IsWaiter(name string) bool { return hasWord(name, waiters) }

// sharers run work that several callers share (R5).
var sharers = map[string]bool{
	"Do": true, "DoChan": true, "OnceFunc": true, "OnceValue": true, "OnceValues": true,
	"LoadOrCompute": true, "GetOrLoad": true, "GetOrCompute": true, "Memoize": true,
}

// blockingServices return when a service has ended (R13).
var blockingServices = map[string]bool{
	"Wait": true, "Serve": true, "ServeTLS": true, "ListenAndServe": true, "ListenAndServeTLS": true, "Run": true, "Join": true,
}

// reasons are the words by which a comment says that a fresh root is meant (R15).
var reasons = []string{
	"background", "detach", "cancel", "independent", "intentional", "outlive", "lifetime",
	"shutdown", "regardless", "even if", "on purpose", "deliberate", "long-lived", "long lived",
	"hang forever", "hangs forever", "sleep forever", "sleeps forever", "until killed",
}

// OnPurpose are the words by which a comment says that what looks like a
// defect is none.
var OnPurpose = []string{"intentional", "on purpose", "deliberate"}

// loggers are callees whose arguments are only looked at by people.
var loggers = []string{
	"Log", "Logf", "Print", "Printf", "Println", "Debug", "Debugf", "Debugw", "Debugln", "Info", "Infof", "Infow", "Infoln",
	"Warn", "Warnf", "Warnw", "Warning", "Warningf", "Error", "Errorf", "Errorw", "Errorln", "Trace", "Tracef",
	"DebugContext", "InfoContext", "WarnContext", "ErrorContext", "Msg", "Msgf", "Err", "WithError", "WithField",
	"With", "Fprintf", "Fprintln", "Fprint", "RecordError", "SetStatus", "CaptureException", "Send",
}

// counters are callees by which a program counts what it does.
var counters = []string{"Inc", "Incr", "Increment", "Observe", "Record", "Count", "Measure", "AddEvent", "Emit"}

// IsTeller reports whether a function of that name logs or counts.
func IsTeller(name string) bool {
	return hasWord(name, loggers) || hasWord(name, counters)
}

// hasWord reports whether name is one of words or begins with one, ended by a
// new word: an upper-case letter, a digit or the end.
func hasWord(name string, words []string) bool {
	r, size := utf8.DecodeRuneInString(name)
	name = string(unicode.ToUpper(r)) + name[size:]
	for _, w := range words {
		rest, ok := strings.CutPrefix(name, w)
		if !ok {
			continue
		}
		next, _ := utf8.DecodeRuneInString(rest)
		if rest == "" || unicode.IsUpper(next) || unicode.IsDigit(next) || next == '_' {
			return true
		}
	}
	return false
}

// IsCloser reports whether a function of that name cleans up.
func IsCloser(name string) bool { return hasWord(name, closers) }

// IsRunner reports whether a function of that name starts work that may go on
// when it has returned.
func IsRunner(name string) bool { return hasWord(name, runners) }

// IsStarter reports whether a function of that name prepares or starts what
// lives on.
func IsStarter(name string) bool { return hasWord(name, starters) }

// requests are types whose values stand for one call, event or stream, and may
// carry its context: by the last word of their names.
var requests = map[string]bool{
	"request": true, "req": true, "call": true, "job": true, "task": true, "op": true, "operation": true, "query": true,
	"event": true, "message": true, "msg": true, "item": true, "work": true, "command": true, "cmd": true, "action": true,
	"invocation": true, "stream": true, "tx": true, "txn": true, "transaction": true, "span": true, "entry": true,
	"record": true, "envelope": true, "packet": true, "batch": true, "args": true, "input": true, "result": true,
	"response": true, "info": true, "state": true, "scope": true, "env": true, "exchange": true, "ctx": true, "context": true,
}

// IsRequest reports whether a type of that name stands for one call, event or
// stream, or holds the settings of one.
func IsRequest(name string) bool {
	last := strings.LastIndexFunc(name, unicode.IsUpper)
	return requests[strings.ToLower(name[max(last, 0):])] || isOptions(name)
}
