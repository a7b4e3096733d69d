package config

import _ "embed"

// Schema is the JSON Schema (2020-12) of a config file. It is made of the
// types and comments of this package: go test ./cmd/ctxfix/config -update.
//
//go:embed schema.json
var Schema []byte
