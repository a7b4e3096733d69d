package report

import _ "embed"

// JSONSchema describes what WriteJSON writes, in JSON Schema 2020-12.
//
//go:embed report.schema.json
var JSONSchema []byte
