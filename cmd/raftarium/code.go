package main

import (
	"raftarium/kv/client"
	"raftarium/kv/server"
	"raftarium/netsim/cluster"
	"raftarium/raft/core"
	"raftarium/tests/bugs/catalog"
)

// ourCode is the one place of this command that names our algorithm. Whoever
// wants to run another puts it here.
func ourCode() cluster.Code {
	return cluster.Code{
		Raft:   core.Implementation(),
		Server: server.Implementation(),
		Client: client.Implementation(),
		Bugs:   catalog.Bugs(),
	}
}
