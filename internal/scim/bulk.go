package scim

import (
	"strconv"
	"strings"
)

// The methods that an operation can have.
const (
	methodPost   = "POST"
	methodPut    = "PUT"
	methodPatch  = "PATCH"
	methodDelete = "DELETE"
)

// Bulk is a request of RFC 7644 §3.7: many operations in one body.
type Bulk struct {
	FailOnErrors int // after how many errors to stop; 0 means never
	Operations   []BulkOperation
}

// BulkOperation is one operation as a client sent it. One with Refused cannot be carried out, whatever the state of
// the resources: it fails by itself, as others of the request may still succeed.
type BulkOperation struct {
	Method, BulkID, Path, Version string
	Data                          Value
	Refused                       *Error
}

// DecodeBulk reads the body of a bulk request. Errors are *[Error]: 400 invalidSyntax or invalidValue, and 413 for more
// than maxOperations operations.
func DecodeBulk(body Value, maxOperations int) (Bulk, error) {
	list, ok := body.Get("Operations")
	if !ok || list.Kind() != KindArray {
		return Bulk{}, refuse(TypeInvalidSyntax, `A bulk request needs an object with an array "Operations".`)
	}
	items := list.Items()
	if len(items) == 0 {
		return Bulk{}, refuse(TypeInvalidValue, `"Operations" is empty; at least one operation is expected.`)
	}
	if len(items) > maxOperations {
		return Bulk{}, Errorf(statusContentTooLarge, "", "The request has %d operations; at most %d are allowed (bulk.maxOperations of ServiceProviderConfig). Send several requests.", len(items), maxOperations)
	}
	failOnErrors, err := decodeFailOnErrors(body)
	if err != nil {
		return Bulk{}, err
	}
	b := Bulk{FailOnErrors: failOnErrors, Operations: make([]BulkOperation, len(items))}
	for i, item := range items {
		b.Operations[i] = decodeBulkOperation(item)
	}
	b.refuseRepeated()
	return b, nil
}

// decodeFailOnErrors reads the number of errors to stop at. Zero, which some clients send by default, stops nothing.
func decodeFailOnErrors(body Value) (int, error) {
	v, ok := body.Get("failOnErrors")
	if !ok || v.Kind() == KindNull {
		return 0, nil
	}
	n, err := strconv.Atoi(v.NumberText() + v.Str())
	if err != nil || n < 0 {
		return 0, refuse(TypeInvalidValue, `"failOnErrors" must be a whole number, the errors after which to stop; leave it out to carry out all that can be.`)
	}
	return n, nil
}

func decodeBulkOperation(item Value) BulkOperation {
	text := func(name string) string {
		v, _ := item.Get(name)
		return v.Str()
	}
	data, _ := item.Get("data")
	op := BulkOperation{Method: strings.ToUpper(text("method")), BulkID: text("bulkId"), Path: text("path"), Version: text("version"), Data: data}
	op.Refused = op.check()
	return op
}

// check tells what an operation lacks.
func (op BulkOperation) check() *Error {
	switch op.Method {
	case methodPost, methodPut, methodPatch:
		if op.Data.Kind() != KindObject {
			return refuse(TypeInvalidSyntax, `%s needs "data", an object as the body of a single request has it; got %s.`, op.Method, op.Data.Kind())
		}
	case methodDelete:
	default:
		return refuse(TypeInvalidSyntax, `"method" must be POST, PUT, PATCH or DELETE; got %.20q. Reading is not possible in a bulk request.`, op.Method)
	}
	if op.Method == methodPost && op.BulkID == "" {
		return refuse(TypeInvalidSyntax, `POST needs a "bulkId", which tells the operation from the others in the answer.`)
	}
	return op.checkPath()
}

// checkPath refuses what is no resource of a directory. Which types there are is not known here.
func (op BulkOperation) checkPath() *Error {
	segments := strings.FieldsFunc(op.Path, func(r rune) bool { return r == '/' })
	if len(segments) == 0 || strings.Contains(op.Path, "://") {
		return refuse(TypeInvalidPath, `"path" must be relative to the base URL, such as /Users or /Users/{id}; got %.100q.`, op.Path)
	}
	if equalName(segments[0], "Bulk") || segments[len(segments)-1] == ".search" {
		return refuse(TypeInvalidPath, `The path %.100q is not possible in a bulk request: name a resource, or where one is created.`, op.Path)
	}
	return nil
}

// refuseRepeated refuses every POST whose bulkId another one has too: what refers to it could mean either.
func (b Bulk) refuseRepeated() {
	count := map[string]int{}
	for _, op := range b.Operations {
		if op.Method == methodPost {
			count[op.BulkID]++
		}
	}
	for i := range b.Operations {
		if op := &b.Operations[i]; op.Refused == nil && op.Method == methodPost && count[op.BulkID] > 1 {
			op.Refused = refuse(TypeInvalidValue, "The bulkId %.100q is given to %d operations of this request; each needs its own.", op.BulkID, count[op.BulkID])
		}
	}
}

// BulkResult is what became of an operation. Empty texts are left out of the answer.
type BulkResult struct {
	Status            int // 0 where the operation was not reached
	Location, Version string
	Response          *Error
}

// AppendResults appends the answer to a bulk request (RFC 7644 §3.7), in the order of the request. results are those
// of its operations; what was not reached is left out.
func (b Bulk) AppendResults(dst []byte, results []BulkResult) []byte {
	dst = append(dst, `{"schemas":["`+BulkResponseURN+`"],"Operations":[`...)
	first := true
	for i, r := range results {
		if r.Status == 0 {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = r.appendJSON(dst, b.Operations[i])
	}
	return append(dst, "]}"...)
}

func (r BulkResult) appendJSON(b []byte, op BulkOperation) []byte {
	members := optionalText(nil, "location", r.Location)
	members = optionalText(members, "method", op.Method)
	members = optionalText(members, "bulkId", op.BulkID)
	members = optionalText(members, "version", r.Version)
	b = Object(field(members, "status", String(strconv.Itoa(r.Status)))...).AppendJSON(b)
	if r.Response == nil {
		return b
	}
	b = append(b[:len(b)-1], `,"response":`...)
	return append(r.Response.AppendJSON(b), '}')
}
