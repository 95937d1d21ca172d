package scim

// ParseFilter reads a filter in the whole grammar of RFC 7644 §3.4.2.2: operators in any letter case, not before and
// before or, grouping, value paths, attribute names with a schema URN. Errors are *[Error] 400 invalidFilter with the
// byte position and what was expected there.
func ParseFilter(s string, lim Limits) (Filter, error) {
	if len(s) > lim.MaxFilterBytes {
		return nil, refuse(TypeInvalidFilter, "The filter is longer than %d bytes. Ask in several requests.", lim.MaxFilterBytes)
	}
	p := filterParser{scanner: scanner{s: s, noun: "filter", typ: TypeInvalidFilter}, lim: lim}
	f, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.end() {
		return nil, p.fail("and, or, or the end of the filter")
	}
	return f, nil
}

type filterParser struct {
	scanner
	lim   Limits
	depth int
	terms int
	// inElement is set between the brackets of a value path, where another value path cannot stand.
	inElement bool
}

// expression reads terms joined by or, the weakest operator.
func (p *filterParser) expression() (Filter, error) {
	left, err := p.conjunction()
	if err != nil {
		return nil, err
	}
	for p.keyword("or") {
		right, err := p.conjunction()
		if err != nil {
			return nil, err
		}
		left = Or{left, right}
	}
	return left, nil
}

func (p *filterParser) conjunction() (Filter, error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	for p.keyword("and") {
		right, err := p.term()
		if err != nil {
			return nil, err
		}
		left = And{left, right}
	}
	return left, nil
}

// term reads one operand, and the spaces around it.
func (p *filterParser) term() (Filter, error) {
	p.spaces()
	f, err := p.operand()
	if err != nil {
		return nil, err
	}
	p.spaces()
	return f, nil
}

func (p *filterParser) operand() (Filter, error) {
	if p.peek() == '(' {
		return p.group()
	}
	if start := p.pos; p.keyword("not") {
		p.spaces()
		if p.peek() == '(' {
			f, err := p.group()
			return Not{f}, err
		}
		p.pos = start // an attribute may be called not
	}
	return p.comparison()
}

// group reads an expression in parentheses.
func (p *filterParser) group() (Filter, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	p.pos++
	f, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.take(')') {
		return nil, p.fail("and, or, or a closing parenthesis")
	}
	p.depth--
	return f, nil
}

func (p *filterParser) enter() error {
	p.depth++
	if p.depth > p.lim.MaxFilterDepth {
		return refuse(TypeInvalidFilter, "The filter is nested deeper than %d levels at byte %d.", p.lim.MaxFilterDepth, p.pos)
	}
	return nil
}

func (p *filterParser) comparison() (Filter, error) {
	p.terms++
	if p.terms > p.lim.MaxFilterTerms {
		return nil, refuse(TypeInvalidFilter, "The filter has more than %d comparisons. Ask in several requests.", p.lim.MaxFilterTerms)
	}
	path, err := p.attrPath()
	if err != nil {
		return nil, err
	}
	if p.peek() == '[' && path.Sub == "" && !p.inElement {
		return p.valuePath(path)
	}
	return p.operation(path)
}

// operation reads what follows an attribute's name: pr, or an operator and a value.
func (p *filterParser) operation(path AttrPath) (Filter, error) {
	if !p.spaces() {
		return nil, p.fail("a space and an operator after the attribute name")
	}
	if p.keyword("pr") {
		return Present{Path: path}, nil
	}
	op, ok := p.operator()
	if !ok {
		return nil, p.fail("an operator: eq, ne, co, sw, ew, gt, ge, lt, le or pr")
	}
	if !p.spaces() {
		return nil, p.fail("a space and a value")
	}
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	return Compare{Path: path, Op: op, Value: value}, nil
}

func (p *filterParser) operator() (CompareOp, bool) {
	for _, op := range compareOps {
		if p.keyword(string(op)) {
			return op, true
		}
	}
	return "", false
}

// valuePath reads attr[filter], and what Entra ID makes of it: attr[filter].sub followed by an operation.
func (p *filterParser) valuePath(path AttrPath) (Filter, error) {
	inner, err := p.brackets()
	if err != nil {
		return nil, err
	}
	if !p.take('.') {
		return ValueFilter{Path: path, Filter: inner}, nil
	}
	sub, err := p.attrPath()
	if err != nil {
		return nil, err
	}
	if sub.URN != "" || sub.Sub != "" {
		return nil, p.fail("a single sub-attribute name before it")
	}
	last, err := p.operation(sub)
	if err != nil {
		return nil, err
	}
	return ValueFilter{Path: path, Filter: And{inner, last}}, nil
}

// brackets reads [filter].
func (p *filterParser) brackets() (Filter, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	p.pos++
	p.inElement = true
	inner, err := p.expression()
	if err != nil {
		return nil, err
	}
	if !p.take(']') {
		return nil, p.fail("and, or, or a closing bracket")
	}
	p.inElement = false
	p.depth--
	return inner, nil
}
