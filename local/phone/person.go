package phone

import (
	"errors"
	"slices"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Person is somebody whose face the app knows.
type Person struct {
	Name     string `json:"name"`
	IDType   string `json:"idType"` // "111", 居民身份证
	IDNumber string `json:"idNumber"`
}

// persons are the people that the app recognises, stored in a file.
type persons struct {
	mu   sync.Mutex
	file string
	list []Person
}

func openPersons(file string) (*persons, error) {
	p := &persons{file: file}
	return p, readJSON(file, &p.list)
}

// keep adds people, or replaces those with the same ID number.
func (p *persons) keep(people []Person) error {
	for _, who := range people {
		if who.Name == "" || who.IDType == "" || who.IDNumber == "" {
			return errors.New("a person needs name, idType and idNumber")
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	list := slices.Clone(p.list)
	for _, who := range people {
		i := slices.IndexFunc(list, func(q Person) bool { return q.IDType == who.IDType && q.IDNumber == who.IDNumber })
		if i < 0 {
			list = append(list, who)
		} else {
			list[i] = who
		}
	}
	if err := writeJSON(p.file, list); err != nil {
		return err
	}
	p.list = list
	return nil
}

func (p *persons) people() []Person {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.list)
}

// at returns the person in that place of the list.
func (p *persons) at(i int) (Person, bool) {
	all := p.people()
	if i < 0 || i >= len(all) {
		return Person{}, false
	}
	return all[i], true
}

// personView is how a person appears on the page: enough to choose by.
type personView struct {
	Person   int    `json:"person"` // place in the list
	Name     string `json:"name"`
	Masked   string `json:"masked"` // as the service shows the name after a scan
	IDNumber string `json:"idNumber"`
}

func describePeople(all []Person) []personView {
	list := make([]personView, len(all))
	for i, p := range all {
		list[i] = personView{i, p.Name, certificate.MaskName(p.Name), certificate.MaskIDNumber(p.IDNumber)}
	}
	return list
}
