package dnstest

import (
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"
)

// Server answers for every zone. It is safe for concurrent use.
type Server struct {
	Addr string // host:port, UDP

	mu      sync.Mutex
	txt     map[string][]string
	address map[string]net.IP
	broken  bool
}

// Serve starts a server without records, which ends with the test.
func Serve(tb testing.TB) *Server {
	tb.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(tb.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s := &Server{Addr: conn.LocalAddr().String(), txt: map[string][]string{}, address: map[string]net.IP{}}
	started := make(chan struct{})
	server := &dns.Server{PacketConn: conn, Handler: s, NotifyStartedFunc: func() { close(started) }}
	ended := make(chan error, 1)
	go func() { ended <- server.ActivateAndServe() }()
	<-started
	tb.Cleanup(func() {
		if err := server.Shutdown(); err != nil {
			tb.Errorf("stop DNS server: %v", err)
		}
		if err := <-ended; err != nil {
			tb.Errorf("serve DNS: %v", err)
		}
	})
	return s
}

// SetTXT sets the TXT records of a name; none takes them away.
func (s *Server) SetTXT(name string, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.txt[dns.CanonicalName(name)] = texts
}

// SetAddress sets the IPv4 address of a name.
func (s *Server) SetAddress(name, address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.address[dns.CanonicalName(name)] = net.ParseIP(address)
}

// Break makes every answer a server failure, until it is mended.
func (s *Server) Break(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

// ServeDNS answers one question.
func (s *Server) ServeDNS(w dns.ResponseWriter, question *dns.Msg) {
	answer := new(dns.Msg)
	answer.SetReply(question)
	answer.Authoritative = true // an empty answer is one, and no referral
	s.fill(answer, question.Question[0])
	_ = w.WriteMsg(answer) // a client that is gone needs no answer
}

func (s *Server) fill(answer *dns.Msg, q dns.Question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := dns.CanonicalName(q.Name)
	header := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET}
	switch texts, address := s.txt[name], s.address[name]; {
	case s.broken:
		answer.Rcode = dns.RcodeServerFailure
	case len(texts) == 0 && address == nil:
		answer.Rcode = dns.RcodeNameError
	case q.Qtype == dns.TypeTXT:
		for _, text := range texts {
			answer.Answer = append(answer.Answer, &dns.TXT{Hdr: header, Txt: chunks(text)})
		}
	case q.Qtype == dns.TypeA && address != nil:
		answer.Answer = append(answer.Answer, &dns.A{Hdr: header, A: address})
	}
}

// chunks are the character-strings of a text, which hold 255 bytes each.
func chunks(text string) (all []string) {
	const size = 255
	for ; len(text) > size; text = text[size:] {
		all = append(all, text[:size])
	}
	return append(all, strings.Clone(text))
}
