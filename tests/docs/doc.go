// Package docs keeps the documentation true: the tables of the guide are those of
// the program, its links lead somewhere, and its scenarios parse.
package docs
