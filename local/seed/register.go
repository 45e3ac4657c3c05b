package seed

import "context"

// Register has the portal open the holder's account, with the portal's access token, and the holder
// set a password by the link in the message.
func (t Target) Register(ctx context.Context, portal, token string, h Holder) error {
	return t.account(ctx, portal, token, h)
}
