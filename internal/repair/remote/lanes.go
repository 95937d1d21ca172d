package remote

import "sync"

// inLanes does work for each item, on a number of them at a time, and tells
// settled of one at a time. After an error no further item is begun; the first
// error is given when those that were begun have ended.
func inLanes[T any](lanes int, items []T, work, settled func(T) error) error {
	l := laneWork[T]{items: items, work: work, settled: settled}
	var running sync.WaitGroup
	for range max(1, min(lanes, len(items))) {
		running.Go(l.run)
	}
	running.Wait()
	return l.err
}

type laneWork[T any] struct {
	work, settled func(T) error

	mu    sync.Mutex
	items []T // not begun
	err   error
}

func (l *laneWork[T]) run() {
	for {
		item, ok := l.next()
		if !ok {
			return
		}
		err := l.work(item)
		l.mu.Lock()
		if err == nil && l.settled != nil {
			err = l.settled(item)
		}
		if l.err == nil {
			l.err = err
		}
		l.mu.Unlock()
	}
}

func (l *laneWork[T]) next() (item T, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil || len(l.items) == 0 {
		return item, false
	}
	item, l.items = l.items[0], l.items[1:]
	return item, true
}
