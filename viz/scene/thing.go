package scene

import (
	"strconv"
	"strings"

	"raftarium/kv"
	"raftarium/netsim"
	"raftarium/netsim/cluster/script"
	"raftarium/raft"
)

// Kind says what a Thing is.
type Kind uint8

// The kinds of things that can be selected.
const (
	Nothing Kind = iota
	Server
	Client
	Message
	Link // one end of a link: that of From
	Cell
)

// Thing names something on stage or in the logs. The zero Thing is nothing.
// Things are compared with ==.
type Thing struct {
	Kind     Kind
	Server   raft.ID         // of a Server or Cell
	Client   kv.ClientID     // of a Client
	Message  netsim.EventID  // of a Message
	Index    raft.Index      // of a Cell
	From, To script.Endpoint // of a Link
}

// ThingServer names a server.
func ThingServer(id raft.ID) Thing { return Thing{Kind: Server, Server: id} }

// ThingClient names a client.
func ThingClient(id kv.ClientID) Thing { return Thing{Kind: Client, Client: id} }

// ThingMessage names a message.
func ThingMessage(id netsim.EventID) Thing { return Thing{Kind: Message, Message: id} }

// ThingCell names a cell of the log grid.
func ThingCell(id raft.ID, i raft.Index) Thing { return Thing{Kind: Cell, Server: id, Index: i} }

// ThingLink names the end at from of the link between from and to.
func ThingLink(from, to script.Endpoint) Thing { return Thing{Kind: Link, From: from, To: to} }

// ID is the ID of the thing's node in the tree: "server/2", "client/1",
// "message/812", "link/s1/s2", "cell/3/17"; "" for nothing.
func (t Thing) ID() string {
	switch t.Kind {
	case Server:
		return "server/" + strconv.Itoa(int(t.Server))
	case Client:
		return "client/" + strconv.Itoa(int(t.Client))
	case Message:
		return "message/" + strconv.FormatUint(uint64(t.Message), 10)
	case Link:
		return "link/" + endpointName(t.From) + "/" + endpointName(t.To)
	case Cell:
		return "cell/" + strconv.Itoa(int(t.Server)) + "/" + strconv.FormatUint(uint64(t.Index), 10)
	}
	return ""
}

// ParseThing is the inverse of ID; what is no thing is Nothing.
func ParseThing(id string) Thing {
	kind, rest, _ := strings.Cut(id, "/")
	first, second, two := strings.Cut(rest, "/")
	n, err := strconv.ParseUint(first, 10, 64)
	switch {
	case kind == "link" && two:
		from, ok1 := parseEndpoint(first)
		to, ok2 := parseEndpoint(second)
		if ok1 && ok2 {
			return ThingLink(from, to)
		}
	case err != nil:
	case kind == "server" && !two && n <= raft.MaxServers:
		return ThingServer(raft.ID(n))
	case kind == "client" && !two && n < 1<<32:
		return ThingClient(kv.ClientID(n))
	case kind == "message" && !two:
		return ThingMessage(netsim.EventID(n))
	case kind == "cell" && two && n <= raft.MaxServers:
		if i, err := strconv.ParseUint(second, 10, 64); err == nil {
			return ThingCell(raft.ID(n), raft.Index(i))
		}
	}
	return Thing{}
}

func endpointName(e script.Endpoint) string {
	if e.Server != raft.None {
		return e.Server.String()
	}
	return e.Client.String()
}

func parseEndpoint(s string) (script.Endpoint, bool) {
	if len(s) < 2 {
		return script.Endpoint{}, false
	}
	n, err := strconv.ParseUint(s[1:], 10, 16)
	if err != nil || n == 0 {
		return script.Endpoint{}, false
	}
	switch s[0] {
	case 's':
		return script.Endpoint{Server: raft.ID(n)}, true
	case 'c':
		return script.Endpoint{Client: kv.ClientID(n)}, true
	}
	return script.Endpoint{}, false
}
