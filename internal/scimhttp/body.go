package scimhttp

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"roster/internal/scim"
)

// body reads a request's JSON within a limit. It gives the same again when the
// request is read again.
func (x *exchange) body(limit int64) (scim.Value, error) {
	if x.payload != nil {
		x.request.Sent.Body = *x.payload
		return *x.payload, nil
	}
	data, err := x.readBody(limit)
	if err != nil {
		return scim.Value{}, x.refuse(err)
	}
	v, err := scim.Decode(data, scim.DefaultLimits)
	if err != nil {
		x.request.Sent.Raw = data
		return scim.Value{}, x.refuse(err)
	}
	x.payload, x.request.Sent.Body = &v, v
	return v, nil
}

// operations reads the body of a PATCH.
func (x *exchange) operations(limit int64) ([]scim.Operation, error) {
	body, err := x.body(limit)
	if err != nil {
		return nil, err
	}
	operations, err := scim.DecodePatch(body, scim.DefaultLimits)
	if err != nil {
		return nil, x.refuse(err)
	}
	return operations, nil
}

func (x *exchange) readBody(limit int64) ([]byte, error) {
	if contentType := x.r.Header.Get("Content-Type"); !isJSON(contentType) {
		return nil, scim.Errorf(http.StatusUnsupportedMediaType, "", "The body must be %s or %s; the Content-Type is %.100q. Set it, or send none.", typeSCIM, typeJSON, contentType)
	}
	if encoding := x.r.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, scim.Errorf(http.StatusUnsupportedMediaType, "", "The body must not be compressed; the Content-Encoding is %.100q. Send it as it is.", encoding)
	}
	if x.r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	data, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, scim.Errorf(http.StatusBadRequest, scim.TypeInvalidSyntax, "The body did not arrive as a whole. Send the request again.")
	}
	return data, nil
}

func tooLarge(limit int64) *scim.Error {
	return scim.Errorf(http.StatusRequestEntityTooLarge, "", "The body has more than %d bytes. Send less at once, such as members in several PATCH requests.", limit)
}
