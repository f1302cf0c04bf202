//go:build race

package paint

// underRace says that the race detector makes everything many times slower.
const underRace = true
