package scimhttp

import (
	"slices"
)

// EndpointMethods gives the methods of all endpoints of a directory, such as
// "PATCH Users/", in order: a slash at the end stands for one resource.
func EndpointMethods() []string {
	var all []string
	for name, at := range endpoints {
		for method := range at.methods {
			all = append(all, method+" "+name)
		}
	}
	return slices.Sorted(slices.Values(all))
}
