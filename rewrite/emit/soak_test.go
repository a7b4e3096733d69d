//go:build soak

package emit

func init() { soaking = true }
