// Package remote repairs links on another server by the calls that the hosted
// service offers as well: it plans from two addresses a person, writes the plan
// and every step taken to a local journal file, and goes on from that file
// whenever it was cut off.
//
// Steps, texts and states are those of package repair. What is sent to the
// server goes through [Server], which the command line implements. Start with
// [Planner] and [Runner].
package remote
