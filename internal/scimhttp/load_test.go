package scimhttp_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"roster/internal/repair"
	"roster/internal/store"
)

// Many clients at once on the same few people and groups: requests are refused
// where they must be, none fails for the server's own reasons, every refusal is
// in the log, and no invariant breaks.
func TestMixedLoad(t *testing.T) {
	t.Parallel()
	forEachEngine(t, func(t *testing.T, w *world) {
		const clients, rounds = 12, 40
		var refused atomic.Int64
		ids := &knownIDs{}
		var all sync.WaitGroup
		for n := range clients {
			all.Go(func() {
				d := []directory{w.entra, w.generic}[n%2]
				random := rand.New(rand.NewPCG(1, uint64(n)))
				for range rounds {
					switch a := ids.request(t, d, random); {
					case a.status >= 500:
						t.Errorf("status %d %s", a.status, a.body)
					case a.status >= 400:
						refused.Add(1)
					}
				}
			})
		}
		all.Wait()
		if w.slog.String() != "" {
			t.Errorf("the server's log says %s", w.slog)
		}
		if logged := w.refusals(t); logged != refused.Load() {
			t.Errorf("%d refusals in the log, want %d", logged, refused.Load())
		}
		breaches, err := repair.New(w.store).Check(t.Context())
		if err != nil || len(breaches) > 0 {
			t.Errorf("invariants: %v %v", err, breaches)
		}
	})
}

// refusals counts the failed requests in the first org's log.
func (w *world) refusals(t *testing.T) (n int64) {
	t.Helper()
	w.view(t, func(tx *store.Tx) error {
		page := store.Page{}
		for {
			entries, next, err := tx.LogEntries(w.org, store.LogFilter{}, page)
			if err != nil {
				return err
			}
			for _, e := range entries {
				if e.HTTPStatus >= 400 {
					n++
				}
			}
			if page.After = next; next == "" {
				return nil
			}
		}
	})
	return n
}

// knownIDs are the ids that the clients of a load have seen, also those of
// other directories and of what is deleted by now.
type knownIDs struct {
	mu            sync.Mutex
	users, groups []string
}

func (k *knownIDs) pick(random *rand.Rand, from *[]string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(*from) == 0 {
		return "none"
	}
	recent := (*from)[max(0, len(*from)-8):]
	return recent[random.IntN(len(recent))]
}

func (k *knownIDs) keep(t *testing.T, a answer, in *[]string) answer {
	t.Helper()
	if a.status == 201 {
		id := a.text(t, "id")
		k.mu.Lock()
		defer k.mu.Unlock()
		*in = append(*in, id)
	}
	return a
}

// request makes one request of a random kind.
func (k *knownIDs) request(t *testing.T, d directory, random *rand.Rand) answer {
	t.Helper()
	user, group := "/Users/"+k.pick(random, &k.users), "/Groups/"+k.pick(random, &k.groups)
	member := membersJSON([]string{k.pick(random, &k.users)})
	person := fmt.Sprintf("p%d@x.example", random.IntN(8))
	switch random.IntN(12) {
	case 0, 1:
		body := fmt.Sprintf(`{"userName":"%s","externalId":"%s","emails":[{"value":"p%d@x.example"}]}`, person, person, random.IntN(8))
		return k.keep(t, d.send(t, "POST", "/Users", body), &k.users)
	case 2:
		return d.send(t, "PATCH", user, patchJSON(`{"op":"replace","path":"emails","value":[{"value":"`+person+`"}]}`))
	case 3:
		return d.send(t, "PATCH", user, patchJSON(fmt.Sprintf(`{"op":"replace","path":"active","value":%t}`, random.IntN(2) == 0)))
	case 4:
		return d.send(t, "PUT", user, `{"userName":"`+person+`"}`)
	case 5:
		return d.send(t, "DELETE", user, "")
	case 6:
		return k.keep(t, d.send(t, "POST", "/Groups", fmt.Sprintf(`{"displayName":"g%d","members":%s}`, random.IntN(4), member)), &k.groups)
	case 7, 8:
		return d.send(t, "PATCH", group, patchJSON(`{"op":"add","path":"members","value":`+member+`}`))
	case 9:
		return d.send(t, "PATCH", group, patchJSON(`{"op":"replace","path":"members","value":`+member+`}`))
	case 10:
		return d.send(t, "PATCH", group, patchJSON(fmt.Sprintf(`{"op":"replace","path":"displayName","value":"g%d"}`, random.IntN(4))))
	default:
		return d.send(t, "DELETE", group, "")
	}
}
