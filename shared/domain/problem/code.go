package problem

// Codes about the request itself.
const (
	MalformedJSON          Code = "malformed-json"
	UnknownField           Code = "unknown-field"
	InvalidField           Code = "invalid-field"
	BodyTooLarge           Code = "body-too-large"
	UnsupportedMediaType   Code = "unsupported-media-type"
	IdempotencyKeyRequired Code = "idempotency-key-required"
	IdempotencyKeyReused   Code = "idempotency-key-reused"
	NotFound               Code = "not-found"
	MethodNotAllowed       Code = "method-not-allowed"
	EdgeRequired           Code = "edge-required"
)

// Codes about accounts, sessions and machine clients.
const (
	LoginFailed            Code = "login-failed"
	SessionRequired        Code = "session-required"
	SessionExpired         Code = "session-expired"
	Forbidden              Code = "forbidden"
	RateLimited            Code = "rate-limited"
	PasswordWeak           Code = "password-weak"
	PasswordLinkInvalid    Code = "password-link-invalid"
	CodeWrong              Code = "code-wrong"
	CodeExpired            Code = "code-expired"
	ClientAssertionInvalid Code = "client-assertion-invalid"
	PurposeNotListed       Code = "purpose-not-listed"
	AccountConflict        Code = "account-conflict"
)

// Codes about real-name identification by QR code and face.
const (
	IdentityRequired    Code = "identity-required"
	ChallengeNotFound   Code = "challenge-not-found"
	ChallengeExpired    Code = "challenge-expired"
	ChallengeUsed       Code = "challenge-used"
	ChallengeScanned    Code = "challenge-scanned"
	ChallengeNotScanned Code = "challenge-not-scanned"
	NumberMismatch      Code = "number-mismatch"
	FaceFailed          Code = "face-failed"
	OtherPerson         Code = "other-person"
	AssertionInvalid    Code = "assertion-invalid"
	AppNotForPortal     Code = "app-not-for-portal"
)

// Codes about the certificate and what prevents its endorsement.
const (
	CertificateNotFound     Code = "certificate-not-found"
	NotInPilot              Code = "not-in-pilot"
	NotBound                Code = "not-bound"
	NotReported             Code = "not-reported"
	CertificateSuspended    Code = "certificate-suspended"
	CertificateWithdrawn    Code = "certificate-withdrawn"
	CertificateCancelled    Code = "certificate-cancelled"
	CertificateInvalid      Code = "certificate-invalid"
	CertificateTransferring Code = "certificate-transferring"
	CertificateRevoked      Code = "certificate-revoked"
	CertificateOther        Code = "certificate-other"
	CertificateExpired      Code = "certificate-expired"
	PhoneUnbound            Code = "phone-unbound"
	PhotoMissing            Code = "photo-missing"
	SignatureMissing        Code = "signature-missing"
	IDChecksum              Code = "id-checksum"
	GlyphMissing            Code = "glyph-missing"
	SealMissing             Code = "seal-missing"
	SealSuspended           Code = "seal-suspended"
	QuotaReached            Code = "quota-reached"
)

// Codes about the endorsement: its window, its making, its later use.
const (
	WindowTooLong            Code = "window-too-long"
	WindowPastRegistration   Code = "window-past-registration"
	WindowInPast             Code = "window-in-past"
	WindowNotChoosable       Code = "window-not-choosable"
	CertificateChanged       Code = "certificate-changed"
	EndorsementNotFound      Code = "endorsement-not-found"
	EndorsementExpired       Code = "endorsement-expired"
	EndorsementWithdrawn     Code = "endorsement-withdrawn"
	EndorsementSuperseded    Code = "endorsement-superseded"
	EndorsementHolderChanged Code = "endorsement-holder-changed"
	FilesGone                Code = "files-gone"
	FileLinkInvalid          Code = "file-link-invalid"
	ConsentNotFound          Code = "consent-not-found"
	TooManyConsents          Code = "too-many-consents"
	FileTooLarge             Code = "file-too-large"
	ReportNotFound           Code = "report-not-found"
	JobNotFound              Code = "job-not-found"
)

// Codes about the service itself.
const (
	SigningUnavailable Code = "signing-unavailable"
	KindUnknown        Code = "kind-unknown"
	Internal           Code = "internal"
	Unavailable        Code = "unavailable"
)
