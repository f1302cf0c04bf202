// Package kv is the contract of the replicated key-value service: operations,
// what clients and servers say to each other, and the two machines, [Server] and
// [Client], that the world runs on top of a consensus node (package raft).
//
// Like package raft it holds no algorithm. The store, the sessions that make each
// Put and Append take effect exactly once, and the server machine are in package
// server below it; the client machine is in package client.
package kv
