package scim

// bindAll binds a filter to each of several resource types (RFC 7644 §3.4.2.1). What a type lacks has no value there;
// what all of them lack is refused as [ResourceType.Bind] does.
func bindAll(types []*ResourceType, f Filter) ([]Filter, error) {
	switch f := f.(type) {
	case And:
		return bindBoth(types, f.Left, f.Right, func(l, r Filter) Filter { return And{l, r} })
	case Or:
		return bindBoth(types, f.Left, f.Right, func(l, r Filter) Filter { return Or{l, r} })
	case Not:
		bound, err := bindAll(types, f.Filter)
		for i := range bound {
			bound[i] = Not{bound[i]}
		}
		return bound, err
	default:
		return bindTerm(types, f)
	}
}

func bindBoth(types []*ResourceType, left, right Filter, join func(l, r Filter) Filter) ([]Filter, error) {
	l, err := bindAll(types, left)
	if err != nil {
		return nil, err
	}
	r, err := bindAll(types, right)
	if err != nil {
		return nil, err
	}
	for i := range l {
		l[i] = join(l[i], r[i])
	}
	return l, nil
}

// bindTerm binds a filter that has no others in it but those of a value path.
func bindTerm(types []*ResourceType, f Filter) ([]Filter, error) {
	bound := make([]Filter, len(types))
	var refused error
	fits := false
	for i, rt := range types {
		one, err := rt.Bind(f)
		if err != nil {
			one = ofAbsent(f)
			refused = betterRefusal(rt, f, refused, err)
		}
		bound[i] = one
		fits = fits || err == nil
	}
	if !fits {
		return nil, refused
	}
	return bound, nil
}

// betterRefusal prefers the refusal by a type that has the attribute: it says what is wrong with the comparison.
func betterRefusal(rt *ResourceType, f Filter, before, now error) error {
	if before == nil {
		return now
	}
	if _, known := rt.resolve(pathOf(f)); known {
		return now
	}
	return before
}

func pathOf(f Filter) AttrPath {
	switch f := f.(type) {
	case Compare:
		return f.Path
	case Present:
		return f.Path
	case ValueFilter:
		return f.Path
	default:
		return AttrPath{}
	}
}

// ofAbsent is what a comparison of an attribute amounts to where the attribute cannot have a value.
func ofAbsent(f Filter) Filter {
	if c, ok := f.(Compare); ok && c.Op == Eq && c.Value.Kind() == KindNull {
		return Not{None{}}
	}
	return None{}
}
