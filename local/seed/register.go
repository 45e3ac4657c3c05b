package seed

import "context"

// OpenAccount has the portal open the holder's account, with the portal's access token, and the holder
// set a password by the link in the message.
func (t Target) OpenAccount(ctx context.Context, portal, token string, h Holder) error {
	return t.account(ctx, portal, token, h)
}
