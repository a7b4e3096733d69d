package flow

// A Region is a place where a fresh root, or no look at cancellation, is right.
type Region uint8

// The regions, in the order in which they are tried.
const (
	NoRegion           Region = iota
	RegionDead                // R1
	RegionDeferred            // R2
	RegionNilFallback         // R3
	RegionCloser              // R4
	RegionShared              // R5
	RegionProgram             // R6
	RegionValue               // R7
	RegionKept                // R8
	RegionDirective           // R9
	RegionReadOnly            // R10
	RegionCompensation        // R11
	RegionStarter             // R12
	RegionAfterServe          // R13
	RegionQueue               // R14
	RegionSaid                // R15
	RegionExcluded            // not of the catalogue: a config excludes the file
)

var regions = [...]struct{ code, reason string }{
	NoRegion:           {"", ""},
	RegionDead:         {"R1", "the context is already done here: what follows must not inherit it"},
	RegionDeferred:     {"R2", "deferred work runs when the function ends, cancelled or not"},
	RegionNilFallback:  {"R3", "it is the fallback for a nil context"},
	RegionCloser:       {"R4", "it is given to a call that cleans up, which must run although the request is over"},
	RegionShared:       {"R5", "the work is shared by several callers; one caller's context must not end it"},
	RegionProgram:      {"R6", "the program, a test or an example starts here"},
	RegionValue:        {"R7", "the root is a value or a default, not the context of a call"},
	RegionKept:         {"R8", "what it is given to may outlive the request"},
	RegionDirective:    {"R9", "a comment directive says to leave it"},
	RegionReadOnly:     {"R10", "the file is generated, vendored or processed by cgo"},
	RegionCompensation: {"R11", "it makes up for a call that failed under the live context"},
	RegionStarter:      {"R12", "the function starts or builds something; its context bounds the start only"},
	RegionAfterServe:   {"R13", "it runs after the service has ended"},
	RegionQueue:        {"R14", "the result is dropped: a cache fill, a queue or a job that outlives the request"},
	RegionSaid:         {"R15", "a comment says that it is meant"},
	RegionExcluded:     {"", "the config excludes the file"},
}

// Code returns the catalogue's number, like "R4".
func (r Region) Code() string { return regions[r].code }

// Reason says in one clause why the place is right as it stands.
func (r Region) Reason() string { return regions[r].reason }
