package checker

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// readList returns a list of the directory, verified by the published keys. Each is in a file by its
// number, such as 1.jwt.
func (c Checker) readList(number int64) (credential.StatusList, error) {
	file, err := os.Open(filepath.Join(c.Lists, strconv.FormatInt(number, 10)+".jwt"))
	if err != nil {
		return credential.StatusList{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, credential.MaxStatusList+1))
	if err != nil {
		return credential.StatusList{}, err
	}
	list, err := credential.ParseStatusList(string(text), c.Trust.Status)
	if err == nil && list.Number != number {
		err = errors.New("it is another list")
	}
	return list, err
}

// recordsOf returns what the status lists say of the copy, and why they are not used if they cannot be.
// Without a list, or of a copy that has no place in one, the registry is not reached.
func (c Checker) recordsOf(e verdict.Evidence) (_ verdict.Records, note string) {
	unreached := verdict.Records{Access: verdict.NotReached}
	if c.Lists == "" || e.StatusIndex == 0 || e.Integrity.Result != verdict.Pass {
		return unreached, ""
	}
	list, err := c.readList(e.StatusIndex.List())
	if err == nil && e.Copy != nil && e.Copy.Status.StatusList.List != statuslist.Address(list.Origin, list.Number) {
		err = errors.New("it is a list of another service")
	}
	if err != nil {
		why := err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			why = problem.Text{ZH: "目录中没有该列表", EN: "the directory does not have it"}.In(c.Lang)
		}
		number := strconv.FormatInt(e.StatusIndex.List(), 10)
		return unreached, problem.Text{ZH: "未采用状态列表 " + number + "：" + why, EN: "status list " + number + " is not used: " + why}.In(c.Lang)
	}
	return verdict.ByListing(verdict.Listing{State: list.List.At(e.StatusIndex.Place()), At: list.IssuedAt, Until: list.Until()}), ""
}
