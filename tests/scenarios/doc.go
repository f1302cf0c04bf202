// Package scenarios plays the scenario files of docs/scenarios and asserts what
// their headers promise to whoever watches them.
package scenarios
