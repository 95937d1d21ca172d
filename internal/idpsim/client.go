package idpsim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// Client is where an identity provider sends its requests, and with which
// token. It is safe for concurrent use.
type Client struct {
	BaseURL string       // of the directory, such as https://roster.example/scim/directory/{id}
	Token   string       // the directory's SCIM token
	HTTP    *http.Client // nil means http.DefaultClient
}

// Result is an answer as it came.
type Result struct {
	Status int
	Header http.Header
	Body   []byte
}

// manner is how an identity provider dresses its requests.
type manner struct {
	accept, contentType string
	userAgent           string // "" sends none
	charset             string // Accept-Charset; "" sends none
	space               string // how a space in a query is written
	flag                string // a query parameter that every request carries
}

// param is one parameter of a query; they are sent in order.
type param struct{ name, value string }

// send makes one request. body is sent as JSON unless it is nil. An answer
// that is no success comes back with an [*Error].
func (c *Client) send(ctx context.Context, m manner, method, path string, query []param, body any) (Result, error) {
	req, err := c.request(ctx, m, method, path, query, body)
	if err != nil {
		return Result{}, err
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		return Result{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return Result{}, fmt.Errorf("%s %s: read answer: %w", method, path, err)
	}
	result := Result{Status: res.StatusCode, Header: res.Header, Body: data}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return result, newError(method, path, result)
	}
	return result, nil
}

func (c *Client) request(ctx context.Context, m manner, method, path string, query []param, body any) (*http.Request, error) {
	var payload io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("%s %s: write body: %w", method, path, err)
		}
		payload = bytes.NewReader(data)
	}
	target := strings.TrimRight(c.BaseURL, "/") + path + m.query(query)
	req, err := http.NewRequestWithContext(ctx, method, target, payload)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	req.Header.Set("Accept", m.accept)
	req.Header.Set("User-Agent", m.userAgent) // an empty one keeps Go from sending its own
	if m.charset != "" {
		req.Header.Set("Accept-Charset", m.charset)
	}
	if body != nil {
		req.Header.Set("Content-Type", m.contentType)
	}
	return req, nil
}

// query writes the parameters as the provider does.
func (m manner) query(params []param) string {
	var parts []string
	for _, p := range params {
		parts = append(parts, p.name+"="+strings.ReplaceAll(url.QueryEscape(p.value), "+", m.space))
	}
	if m.flag != "" {
		parts = append(parts, m.flag)
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}
