package kv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"

	"raftarium/raft"
)

// ClientID names a client. Clients are numbered from 1; 0 is no client.
type ClientID uint32

// String is the name that people use, "c1" for ID 1.
func (id ClientID) String() string { return "c" + strconv.FormatUint(uint64(id), 10) }

// Kind is what an operation does.
type Kind uint8

// The operations.
const (
	Get    Kind = iota + 1 // reads the value of Key, "" if it has none
	Put                    // sets the value of Key
	Append                 // appends Value to the value of Key
	// Register opens a session (dissertation 6.3). It is the client's own doing, and
	// no operation that a user asks for.
	Register
	// Expire ends the session that Command.Session names, of Command.Client. An
	// operator has a leader propose it; no client asks for it, nobody waits for an
	// answer, and its sequence number is 0. It changes no value, and where clients do
	// not register nothing at all.
	Expire
)

// String returns "get", "put", "append", "register" or "expire".
func (k Kind) String() string {
	switch k {
	case Get:
		return "get"
	case Put:
		return "put"
	case Append:
		return "append"
	case Register:
		return "register"
	case Expire:
		return "expire"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Op is an operation as a client's user asks for it.
type Op struct {
	Kind  Kind
	Key   string
	Value string // empty for Get
}

// String is the operation as the action language writes it, without quoting.
func (o Op) String() string {
	if o.Kind == Register || o.Kind == Expire {
		return o.Kind.String()
	}
	if o.Kind == Get {
		return "get " + o.Key
	}
	return o.Kind.String() + " " + o.Key + " " + o.Value
}

// Command is what a log entry of the service holds: an operation, and whose it
// is. (Client, Seq) identifies the operation over all its tries: a client counts on
// from one session to the next.
type Command struct {
	Client ClientID
	Seq    uint64
	Op     Op
	// Session is the session under which the operation is asked for: the index of the
	// entry that registered it, 0 where sessions are not registered.
	Session raft.Index
	// Lowest is the lowest sequence number whose answer the client still waits for;
	// it acknowledges all answers below. 0 stands for Seq: a client that has one
	// operation outstanding at a time need not say it.
	Lowest uint64
}

// InSession marks the byte of the kind where Session and Lowest follow it.
const InSession = 0x80

// AppendTo appends the canonical encoding, which [DecodeCommand] reads: client,
// seq, kind, then, if one of them is not 0, session and lowest, then key and value,
// numbers as minimal unsigned varints, strings with their length in front.
func (c *Command) AppendTo(b []byte) []byte {
	key, value := len(c.Op.Key), len(c.Op.Value)
	if uint64(c.Client) < 0x80 && c.Seq-0x80 < 1<<14-0x80 && c.Session|raft.Index(c.Lowest) == 0 && key|value < 0x80 {
		// So most of them are. To append a byte at a time would look for room each time.
		b = append(b, byte(c.Client), byte(c.Seq)|0x80, byte(c.Seq>>7), byte(c.Op.Kind), byte(key))
		b = append(append(b, c.Op.Key...), byte(value))
		return append(b, c.Op.Value...)
	}
	return c.appendAny(b)
}

// appendAny is AppendTo for any command.
func (c *Command) appendAny(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(c.Client))
	b = binary.AppendUvarint(b, c.Seq)
	if c.Session|raft.Index(c.Lowest) != 0 {
		b = append(b, byte(c.Op.Kind)|InSession)
		b = binary.AppendUvarint(b, uint64(c.Session))
		b = binary.AppendUvarint(b, c.Lowest)
	} else {
		b = append(b, byte(c.Op.Kind))
	}
	b = appendString(b, c.Op.Key)
	return appendString(b, c.Op.Value)
}

// DecodeCommand reads a command that AppendTo wrote, and refuses anything else
// with an error that names the field. The result shares no memory with b.
func DecodeCommand(b []byte) (Command, error) {
	var c Command
	v, b, err := uvarint(b, "client")
	if err != nil {
		return c, err
	}
	if v > 1<<32-1 {
		return c, errors.New("command: client does not fit into 32 bits")
	}
	c.Client = ClientID(v)
	if c.Seq, b, err = uvarint(b, "sequence number"); err != nil {
		return c, err
	}
	if len(b) == 0 || Kind(b[0]&^InSession) < Get || Kind(b[0]&^InSession) > Expire {
		return c, errors.New("command: kind is none of get, put, append, register and expire")
	}
	inSession := b[0]&InSession != 0
	c.Op.Kind, b = Kind(b[0]&^InSession), b[1:]
	if inSession {
		if v, b, err = uvarint(b, "session"); err != nil {
			return c, err
		}
		c.Session = raft.Index(v)
		if c.Lowest, b, err = uvarint(b, "lowest outstanding number"); err != nil {
			return c, err
		}
		if c.Session|raft.Index(c.Lowest) == 0 {
			return c, errors.New("command: session and lowest outstanding number are both 0 and should be left out")
		}
	}
	if c.Op.Key, b, err = takeString(b, "key"); err != nil {
		return c, err
	}
	if c.Op.Value, b, err = takeString(b, "value"); err != nil {
		return c, err
	}
	if len(b) != 0 {
		return c, fmt.Errorf("command: %d bytes are left over", len(b))
	}
	return c, nil
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func uvarint(b []byte, field string) (uint64, []byte, error) {
	v, n := binary.Uvarint(b)
	if n <= 0 || n > 1 && b[n-1] == 0 {
		return 0, b, fmt.Errorf("command: %s is not a canonical number", field)
	}
	return v, b[n:], nil
}

func takeString(b []byte, field string) (string, []byte, error) {
	n, b, err := uvarint(b, field+"'s length")
	if err != nil {
		return "", b, err
	}
	if n > uint64(len(b)) {
		return "", b, fmt.Errorf("command: %s is cut short", field)
	}
	return string(b[:n]), b[n:], nil
}
