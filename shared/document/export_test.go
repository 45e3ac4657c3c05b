package document

import "context"

// Pair makes the two signed documents one after the other, without a preview,
// to be measured.
func (m *Maker) Pair(ctx context.Context, in Input) (pdf, ofd []byte, err error) {
	data, err := in.Copy.Canonical()
	if err != nil {
		return nil, nil, err
	}
	sheet, err := m.layout.Certificate(m.face(in, false))
	if err != nil {
		return nil, nil, err
	}
	j := job{in: in, sheet: sheet, data: data, id: identify(data)}
	if pdf, err = m.pdf.Write(ctx, m.pdfDocument(j)); err != nil {
		return nil, nil, err
	}
	ofd, err = m.ofd.Write(ctx, m.ofdDocument(j))
	return pdf, ofd, err
}
