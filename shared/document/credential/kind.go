package credential

import "strings"

// ReceiptKind tells receipts apart by their headers, in which each has a type of its own (RFC 8725, 3.11).
type ReceiptKind string

// The kinds.
const (
	OneReceipt  ReceiptKind = receiptType  // of a verification: ParseReceipt
	ManyReceipt ReceiptKind = batchType    // of a batch: ParseBatchReceipt
	JobReceipt  ReceiptKind = manifestType // of a job, its manifest: ParseManifest
)

// KindOf returns the kind of receipt that a JWS is by its header, "" for any other. It is not verified.
func KindOf(jws string) ReceiptKind {
	head, _, _ := strings.Cut(jws, ".")
	const longest = 1 << 10 // a header has some 60 bytes
	if len(head) > longest {
		return ""
	}
	if kind := readHeader(head).Type; isReceiptType(kind) {
		return ReceiptKind(kind)
	}
	return ""
}

func isReceiptType(kind string) bool {
	return kind == receiptType || kind == batchType || kind == manifestType
}
