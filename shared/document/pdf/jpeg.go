package pdf

import "fmt"

// jpeg passes a baseline or progressive JPEG through, in grey or colour; its
// header alone is read.
func jpeg(data []byte) (*picture, error) {
	width, height, components, err := jpegFrame(data)
	if err != nil {
		return nil, err
	}
	space := "/DeviceRGB"
	if components == 1 {
		space = "/DeviceGray"
	}
	return &picture{dict: imageDict(width, height, 8, space) + "/Filter/DCTDecode", data: data}, nil
}

// jpegFrame walks the markers up to the frame header (ITU-T T.81, B.2.2).
func jpegFrame(data []byte) (width, height, components int, err error) {
	bad := fmt.Errorf("%w: broken JPEG", errPicture)
	if len(data) < 4 || data[0] != 0xFF || data[1] != 0xD8 {
		return 0, 0, 0, bad
	}
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		if marker == 0xFF { // fill byte
			at++
			continue
		}
		length := int(data[at+2])<<8 | int(data[at+3])
		segment := data[at+4:]
		switch {
		case length < 2 || at+2+length > len(data):
			return 0, 0, 0, bad
		case marker == 0xC0 || marker == 0xC1 || marker == 0xC2:
			if length < 8 {
				return 0, 0, 0, bad
			}
			return frame(segment)
		case marker >= 0xC3 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
			return 0, 0, 0, fmt.Errorf("%w: a lossless or arithmetic JPEG", errPicture)
		case marker == 0xDA || marker == 0xD9:
			return 0, 0, 0, bad
		}
		at += 2 + length
	}
	return 0, 0, 0, bad
}

func frame(segment []byte) (width, height, components int, err error) {
	height = int(segment[1])<<8 | int(segment[2])
	width = int(segment[3])<<8 | int(segment[4])
	components = int(segment[5])
	if segment[0] != 8 || width == 0 || height == 0 || width*height > maxPixels || components != 1 && components != 3 {
		return 0, 0, 0, fmt.Errorf("%w: a JPEG of %d x %d with %d colours", errPicture, width, height, components)
	}
	return width, height, components, nil
}
