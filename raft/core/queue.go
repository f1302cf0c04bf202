package core

// queue is first in, first out, and keeps its memory.
type queue[T any] struct {
	items []T
	head  int // items before it are gone
}

// live is what waits, the oldest first. It is valid until the next push.
func (q *queue[T]) live() []T { return q.items[q.head:] }

func (q *queue[T]) push(v T) {
	if len(q.items) == cap(q.items) && q.head > len(q.items)/2 {
		q.items = q.items[:copy(q.items, q.items[q.head:])]
		q.head = 0
	}
	q.items = append(q.items, v)
}

// drop removes the k oldest.
func (q *queue[T]) drop(k int) {
	q.head += k
	if q.head == len(q.items) {
		q.items, q.head = q.items[:0], 0
	}
}

func (q *queue[T]) clone() queue[T] {
	return queue[T]{items: append([]T(nil), q.live()...)}
}
