package picture

// Size is how much room a picture has, in pixels. Styles may scale it.
type Size struct {
	Name    string // makes the ids of a picture's parts
	Width   int
	record  int // width of a record's card
	account int // width of an account's card
	label   int // width of the address on a line; 0: it stands in the card
}

// The sizes: addresses stand on the lines where there is room for them, in the
// records where there is not.
var (
	Wide   = Size{Name: "wide", Width: 560, record: 152, account: 182, label: 150}
	Narrow = Size{Name: "narrow", Width: 340, record: 148, account: 152}
)

// Sizes are those that a page draws; styles choose.
var Sizes = []Size{Wide, Narrow}

// Distances, in pixels.
const (
	pad         = 9  // inside a card
	frame       = 7  // around the cards of a directory
	heading     = 22 // over a directory, and over the accounts
	between     = 12 // two cards
	apart       = 14 // two directories
	lineTitle   = 17
	lineText    = 15
	badgeHeight = 16
	badgeGap    = 4
	border      = 1 // so that strokes are not cut off
)

// Font sizes, as the style sheet has them.
const (
	sizeTitle = 13.0 * bold
	sizeText  = 12.0
	sizeMono  = 11.0
	sizeBadge = 10.5
	bold      = 1.06 // how much wider that is
)
