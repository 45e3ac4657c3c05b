// Package retention says how long everything that the service stores is kept. Tests hold it to what is
// written, and docs/retention.md to it.
package retention

import (
	"fmt"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Kind is a kind of items in a table.
type Kind struct {
	Table  string // "Records", "Ledger" or "Sessions"
	PK, SK string // what its keys begin with
	What   string
	// Least and Most bound how long after it is written the table removes an item; both are 0 where it
	// is kept until Until.
	Least, Most time.Duration
	Until       string // in words: the end, or what ends it
	Why         string
}

// Items are the kinds of items of the tables. The first that fits is an item's kind.
func Items() []Kind {
	return []Kind{
		{"Records", "CERT#", "CERT", "the certificate", 0, 0, "the authority ends it", "the register is the authority's"},
		{"Records", "CERT#", "PHOTO", "the holder's photo", 0, 0, "another is reported, or the holder changes", "printed on every copy"},
		{"Records", "CERT#", "SIGNATURE", "the holder's signature", 0, 0, "another is reported, or the holder changes", "printed on every copy"},
		{"Records", "PAST#", "VERSION#", "a version of the certificate", 0, 0, "with the certificate", "who reported what must stay on record"},
		{"Records", "NUMBER#", "CERT", "which certificate has a number", 0, 0, "with the certificate", "numbers are looked up"},
		{"Records", "DISPUTE#", "DISPUTE#", "a dispute over a number", 0, 0, "with the certificate", "who settled it must stay on record"},
		{"Records", "DISPUTES#", "DISPUTE#", "which disputes a client entered, or are open", 0, 0, "with the dispute; an open one until it is settled", "a dispute is found"},
		{"Records", "HOLDER#", "CERT#", "whose certificate it is or was", 0, 0, "with the certificate", "the holder finds it; what was made for a former holder is theirs"},
		{"Records", "BIND#", "", "a binding", 0, 0, "the holder takes it back, or is erased", "the holder's wish"},
		{"Records", "COPY#", "ENDORSE#", "an endorsement", 1200 * day, (3653 + 1200 + 1) * day, "1200 days after the copy's last day", "a claim over its use can be raised for three years (民法典 第一百八十八条)"},
		{"Records", "COPY#", "LATEST", "the newest copy", 0, 0, "with the certificate", "whether a copy is superseded; an id and a keyed hash"},
		{"Records", "COPY#", "KEY#", "an idempotency key", day - time.Hour, day, "24 hours", "a retry"},
		{"Records", "COPY#", "DAY#", "how many copies were made in a day", day, 4 * day, "two days after its day", "a scheme's quota"},
		{"Records", "COPY#", "CONSENT#", "a consent", 1095 * day, 1102 * day, "three years after its end; the ID number in it until it is ended or erased", "the proof that showing was allowed (个人信息保护法 第十四条)"},
		{"Records", "SEEN#", "SEEN#", "a verification, written before the ledger had a table of its own", 1094 * day, 1095 * day, "three years", "likewise"},
		{"Ledger", "SEEN#", "", "a verification", 1094 * day, 1095 * day, "three years", "the holder reads who was shown what"},
		{"Records", "REPORT#", "REPORT", "the answer to a report", 89 * day, 90 * day, "90 days", "the authority reads it again"},
		{"Records", "REPORT#", "ROWS#", "a part of it", 89 * day, 90 * day, "90 days", "likewise"},
		{"Records", "REPORT#", "DROP", "how far a file has been taken in", 89 * day, 90 * day, "90 days", "likewise"},
		{"Records", "REPORTER#", "REPORT#", "that a client sent a report", 1094 * day, 1095 * day, "three years", "what a client did is found and undone"},
		{"Records", "REPORTER#", "DAY#", "how many files a client announced in a day", 15 * day, 17 * day, "15 days after its day", "how much a client may announce"},
		{"Records", "JOB#", "JOB", "an archive of files to verify, and how much has been judged", 29 * day, 30 * day, "30 days", "the organisation reads the results"},
		{"Records", "JOBS#", "KEY#", "an idempotency key of a job", day - time.Hour, day, "24 hours", "a retry"},
		{"Records", "SEALS#", "HISTORY", "what became of the seals and signing certificates", 0, 0, "with the table", "whether a seal was valid when it sealed"},
		{"Records", "KEYSETS#", "SET#", "a seal with its signing certificates", 0, 0, "with the table", "which seal and certificates sealed a copy"},
		{"Records", "JOURNAL#", "BUCKET", "which bucket is the journal, and that the tables were tagged whole", 0, 0, "with the table", "commands work with no other"},
		{"Records", "STATUS#", "NEXT", "counters of the places in the status lists", 0, 0, "with the table", "no two copies get one place"},
		{"Sessions", "ACCOUNT#", "ACCOUNT", "an account", 0, 0, "the person is erased", "the portal's user"},
		{"Sessions", "HOLDER#", "ACCOUNT#", "whose account it is", 0, 0, "with the account", "all accounts of a person are found"},
		{"Sessions", "PHONE#", "PORTAL#", "a portal's statement of the phone", 0, 0, "the portal states another, or the person is erased", "whether endorsing is blocked; an unbound one keeps the time"},
		{"Sessions", "FACE#", "FACE", "that an account showed a face", 0, 0, "the account is reset or erased", "what an account that never did is asked for"},
		{"Sessions", "CLIENT#", "", "that a client put an account", 399 * day, 401 * day, "400 days", "what a stolen key did is found"},
		{"Sessions", "SESSION#", "SESSION", "a session", time.Hour, 5 * time.Hour, "an hour after its end, four hours after the log-in", "who is logged in"},
		{"Sessions", "CHALLENGE#", "CHALLENGE", "a QR code to show the face", time.Hour - time.Minute, 2 * time.Hour, "an hour after its end", "who asked for a face"},
		{"Sessions", "CODE#", "CODE", "a code to a phone", time.Hour - time.Minute, 2 * time.Hour, "an hour after its end", "a phone is bound"},
		{"Sessions", "LINK#", "LINK", "a link to set a password", time.Hour, 25 * time.Hour, "an hour after its end, a day after it is sent", "a password is set"},
		{"Sessions", "TOKEN#", "TOKEN", "a machine's token", time.Hour - time.Minute, 2 * time.Hour, "an hour after its end, ten minutes after it is given", "who calls"},
		{"Sessions", "JTI#", "JTI", "that a statement was used", time.Minute, 2 * time.Hour, "an hour after the statement's end", "none is used twice"},
		{"Sessions", "LIMIT#", "LIMIT", "a limit", time.Minute, 50 * time.Hour, "an hour after it is full again, two days at most", "guessing and flooding are bounded"},
	}
}

// Of is the kind of an item, by its table and keys.
func Of(table, pk, sk string) (Kind, bool) {
	for _, k := range Items() {
		if k.Table == table && strings.HasPrefix(pk, k.PK) && strings.HasPrefix(sk, k.SK) {
			return k, true
		}
	}
	return Kind{}, false
}

// Check reports what is wrong with an item's end, which is ttl in epoch seconds and 0 where there is none. It was
// written before now, by no more than for.
func (k Kind) Check(ttl int64, now time.Time, lived time.Duration) error {
	switch left := time.Unix(ttl, 0).Sub(now); {
	case k.Most == 0 && ttl == 0:
		return nil
	case k.Most == 0:
		return fmt.Errorf("%s %s %s is kept until %s, and ends in %v", k.Table, k.PK, k.SK, k.Until, left)
	case ttl == 0:
		return fmt.Errorf("%s %s %s is kept %s, and has no end", k.Table, k.PK, k.SK, k.Until)
	case left < k.Least-lived || left > k.Most:
		return fmt.Errorf("%s %s %s is kept %s, and ends in %v", k.Table, k.PK, k.SK, k.Until, left)
	}
	return nil
}

// Location is something stored elsewhere than in a table, with where template.yaml says how long.
type Location struct {
	What, Until, Why   string
	Resource, Property string // of template.yaml; the property's value is Value
	Value              string
}

// Locations are the buckets' prefixes, queues and logs.
func Locations() []Location {
	rule := func(i int) string { return fmt.Sprintf("LifecycleConfiguration.Rules.%d.ExpirationInDays", i) }
	return []Location{
		{"Files `endorsements/d31/` to `endorsements/d4681/`: the copies' files", "`FileDaysAfterUse`, 90 days", "counted from the last day of use, after which nobody relies on a copy any more; the number in the prefix is the rule's, counted from the making in steps, so that objects go up to a step later", "Endorse", "Environment.Variables.FILE_DAYS_AFTER_USE", "FileDaysAfterUse"},
		{"Files `endorsements/0`: the files of copies made before version 1.2", "1200 days", "as was promised when they were made", "Files", rule(0), "1200"},
		{"Files `endorsements/`: what was overwritten or removed", "`ReplacedFileDays`, 30 days", "mistakes are undone", "Files", "LifecycleConfiguration.Rules.1.NoncurrentVersionExpiration.NoncurrentDays", "ReplacedFileDays"},
		{"Files `drops/`: files of rows", "until they are taken in, 14 days at most", "they hold ID numbers", "Files", rule(3), "14"},
		{"Files `drops/` `results/`: what was overwritten or removed", "a day, and what S3 needs to set about it", "the shortest time that S3 takes", "Files", "LifecycleConfiguration.Rules.3.NoncurrentVersionExpiration.NoncurrentDays", "1"},
		{"Files `results/`: refused rows", "90 days", "as long as their report", "Files", rule(4), "90"},
		{"Files `archives/`: files to verify", "until they are judged, 7 days at most", "they hold personal data of others", "Files", rule(6), "7"},
		{"Files `verdicts/`: results of jobs", "30 days", "as long as their job", "Files", rule(7), "30"},
		{"Files `archives/` `verdicts/`: what was overwritten or removed", "a day, and what S3 needs to set about it", "the shortest time that S3 takes", "Files", "LifecycleConfiguration.Rules.6.NoncurrentVersionExpiration.NoncurrentDays", "1"},
		{"Journal: withdrawals, ended consents, passwords (sealed), erasures, the audit log", "`JournalDays`, 400 days", "a restored table takes nothing back; nobody removes an entry before", "Journal", rule(0), "JournalDays"},
		{"Queue `Drops`: notices of files", "14 days", "a file's name, no data of it", "Drops", "MessageRetentionPeriod", "1209600"},
		{"Queue `StuckDrops`", "14 days", "likewise", "StuckDrops", "MessageRetentionPeriod", "1209600"},
		{"Queue `Archives`: notices of archives", "14 days", "an archive's name, no data of it", "Archives", "MessageRetentionPeriod", "1209600"},
		{"Queue `StuckArchives`", "14 days", "likewise", "StuckArchives", "MessageRetentionPeriod", "1209600"},
		{"Logs of the functions, and of the API where `AccessLog` is on", "`LogDays`, 180 days", "网络安全法 asks for six months; they name nobody", "ApiLogs", "RetentionInDays", "LogDays"},
		{"Point-in-time recovery of records and sessions", "35 days", "DynamoDB's own", "Records", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "true"},
	}
}

// Prefixes are what keys of the objects in a bucket begin with.
func Prefixes() map[string][]string {
	return map[string][]string{"Files": {"endorsements/", "drops/", "results/", "archives/", "verdicts/"}, "Journal": {"journal/"}}
}

// Markdown is the table for docs/retention.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| item | what | kept until | why |\n|---|---|---|---|\n")
	for _, k := range Items() {
		fmt.Fprintf(&b, "| %s `%s` `%s` | %s | %s | %s |\n", k.Table, k.PK, k.SK, k.What, k.Until, k.Why)
	}
	b.WriteString("\n| place | kept | why |\n|---|---|---|\n")
	for _, p := range Locations() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.What, p.Until, p.Why)
	}
	return strings.ReplaceAll(b.String(), " `` ", " ")
}
