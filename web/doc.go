// Package web is the page in which raftarium runs in a browser: it builds the
// WebAssembly with the local Go toolchain, wraps it in a page and a loader,
// serves that on loopback, or writes it as a site that any web host can serve.
//
// It knows the program only as a package to build and, in page/loader.js, as the
// functions that page and program call of one another. It imports nothing of the
// interface, and the page asks for nothing from anywhere but its own directory.
package web
