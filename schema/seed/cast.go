package seed

import "strings"

// organisation is one of the three that the campaign is about.
type organisation struct {
	slug, name, kind, description, city, region, website, email, paidForBy, privacy, zone string
	cause                                                                                 string // as it stands in sentences
	people                                                                                int    // contacts
	sms                                                                                   string // the number it texts from; "" for none
	hosting                                                                               bool   // volunteers may host events
	closers                                                                               []string
	program                                                                               string // how many events of which kind
}

func organisations() []organisation {
	return []organisation{
		{
			slug: "rivera-for-ohio", name: "Rivera for Ohio", kind: "campaign", city: "Cleveland", region: "OH", zone: "America/New_York",
			description: "Marisol Rivera is a public school bus mechanic, a union steward and a candidate for the Ohio Senate. Her campaign is run by neighbors: " +
				"no corporate money, a hundred and twenty block captains, and more soup than any campaign has a right to.",
			website: "https://rivera.example.org", email: "hello@rivera.example.org", paidForBy: "Paid for by Rivera for Ohio, Dolores Whitfield, Treasurer",
			privacy: "https://rivera.example.org/privacy", cause: "Marisol Rivera's run for the Ohio Senate", people: 720, hosting: true, sms: "+12165550100",
			closers: []string{
				"Marisol started this campaign with eleven people in a break room. It has grown one conversation at a time, and yours would be the next.",
				"We win this by being the campaign that actually shows up. Thank you for showing up.",
				"Questions? Answer the confirmation mail: a person reads it, usually before the next morning.",
			},
			program: "canvass 12 phone_bank 8 text_bank 4 rally 4 town_hall 4 meeting 3 training 5 voter_registration 6 house_party 7 meet_greet 6 " +
				"fundraiser 4 letter_writing 6 literature_drop 4 visibility 4 debate_watch_party 3 friend_to_friend 2 signature_gathering 3 " +
				"poll_monitoring 2 office_opening 2 barnstorm 1 automated_phone_bank 1 carpool 1",
		},
		{
			slug: "front-range-neighbors", name: "Front Range Neighbors", kind: "organisation", city: "Denver", region: "CO", zone: "America/Denver",
			description: "We are a civic association of some four thousand households between Pueblo and Fort Collins. We plant trees, read budgets, register voters of " +
				"every party and turn up at council meetings with cookies and numbers.",
			website: "https://frontrange.example.org", email: "neighbors@frontrange.example.org", paidForBy: "Front Range Neighbors is a nonpartisan civic organization",
			privacy: "https://frontrange.example.org/privacy", cause: "safer streets and a bus every fifteen minutes", people: 450,
			closers: []string{
				"We are nonpartisan and intend to stay that way. Leave the buttons at home and bring your opinions.",
				"Front Range Neighbors runs on volunteers and small gifts. If you can only give an hour, that is what we are made of.",
				"Never been to one of our events? Find the person with the yellow scarf: their only task is to look after you.",
			},
			program: "community 10 community_canvass 7 workshop 7 meeting 6 town_hall 4 voter_registration 5 training 4 letter_writing 3 petition 3 " +
				"carpool 2 house_party 2 fundraiser 2 advocacy_call 2 literature_drop 1 meet_greet 1 other 1",
		},
		{
			slug: "pacific-care-workers", name: "Pacific Care Workers United", kind: "organisation", city: "Oakland", region: "CA", zone: "America/Los_Angeles",
			description: "Nurses, home care aides, cooks and cleaners from San Pedro to Seattle. We bargain together, strike when we must and look after each other the " +
				"way we look after our patients.",
			website: "https://pacificcare.example.org", email: "office@pacificcare.example.org", paidForBy: "Pacific Care Workers United, Members' Fund",
			privacy: "https://pacificcare.example.org/privacy", cause: "safe staffing in every ward and every home", people: 330,
			closers: []string{
				"You do not have to be a member to come. You only have to be on the side of those who care for people.",
				"An injury to one is an injury to all. A potluck for one is a potluck for all.",
				"Scheduled on this day? Tell your steward: we will find you another date or somebody to swap with.",
			},
			program: "solidarity 7 meeting 8 rally 4 phone_bank 5 text_bank 3 training 5 workshop 3 advocacy_call 3 petition 3 community 3 barnstorm 1 " +
				"office_opening 1 fundraiser 1 other 1",
		},
	}
}

const givenNames = "Ada Adriana Aisha Alejandra Alma Amara Amelia Amir Ana Andre Anika Antonio Arjun Asha Astrid Beatriz Ben Bianca Bridget Caleb Camila " +
	"Carlos Carmen Cecilia Chidi Clara Connor Dalia Damon Daniela Darius Deborah Delia Denise Diego Dina Dolores Dominic Edith Eileen Elena Elias Emeka " +
	"Esther Eva Farah Felix Fiona Francis Gabriela Gloria Grace Graciela Hana Harold Hector Helen Ibrahim Ida Imani Ines Irene Isaac Ivy Jamal Janelle " +
	"Jasmine Joaquin Joel Jordan Josephine Joy Juana Julian June Kai Kareem Keiko Kenji Khadija Kofi Lakshmi Lamar Layla Leah Leo Leticia Liam Lila Lionel " +
	"Lourdes Lucia Luis Mabel Maeve Malik Marcus Margaret Mariam Mateo Maya Mei Mercedes Mila Miriam Monique Nadia Naomi Nathan Neema Nina Noah Nora Octavia " +
	"Odessa Olga Omar Opal Oscar Paloma Patrice Pearl Priya Quinn Rafael Ramona Rashid Raul Renee Rosa Ruben Ruth Sade Salma Samuel Sandra Sean Selma Simone " +
	"Sofia Soledad Stella Sunita Tanya Tariq Tessa Theo Thomas Tomas Trinh Uma Valeria Vera Victor Viola Walter Wanda Wei Winona Xavier Yara Yolanda Yusuf Zora"

const familyNames = "Abbott Acosta Adeyemi Aguilar Alvarez Amato Andersen Baptiste Barnes Bautista Becker Bello Bennett Bianchi Blackwood Brennan Brooks Caldwell " +
	"Campos Cardenas Carter Castellano Chandra Chavez Chen Cho Clarke Coleman Contreras Cooper Cruz Dang Davenport Delgado Diallo Dixon Doyle Duarte Dunn " +
	"Edwards Ellis Espinoza Farrell Feldman Figueroa Fischer Fleming Flores Foster Franklin Fuentes Gallagher Garza Gibson Goldberg Gomez Grady Guerrero Gupta " +
	"Hadley Hansen Harper Hassan Hawkins Hayes Henderson Herrera Hoffman Holloway Hughes Ibarra Ito Iverson Jackson Jensen Jimenez Johansson Kaplan Kapoor " +
	"Katz Kaur Keller Khan Kim Kowalski Lambert Larsen Lawson Le Leon Lopez Lowe Lundgren Mahoney Maldonado Marquez Matsuda Mbeki McAllister McCoy Medina Mehta " +
	"Mendoza Mitchell Morales Moreno Mukherjee Murphy Nakamura Navarro Nguyen Nielsen Novak Nunez Nwosu O'Brien Okafor Okonkwo Olsen Ortega Osei Owens Padilla " +
	"Park Patel Perkins Petrov Pham Quintero Quispe Ramirez Reyes Richter Rios Rivers Robinson Romero Rossi Salazar Sandoval Santos Schmidt Serrano Shah Silva " +
	"Simmons Singh Solis Soto Stein Suarez Sullivan Takahashi Tanaka Thompson Torres Tran Turner Underwood Valdez Vang Vargas Vasquez Vega Villanueva Wagner " +
	"Walsh Washington Watts Weaver Weiss Whitaker Williams Wong Wright Yamada Yilmaz Young Zamora Zhang Ziegler"

func names() (given, family []string) { return strings.Fields(givenNames), strings.Fields(familyNames) }

// access says how one gets in, by what is known of the place.
func access() []struct{ state, notes string } {
	return []struct{ state, notes string }{
		{"accessible", "Step-free entrance, an accessible restroom and reserved parking in front of the door."},
		{"accessible", "Ramp on the left side of the building, elevator to all floors, hearing loop in the main room."},
		{"accessible", "Flat paths and benches. Captioning and large print on request."},
		{"not_accessible", "Four steps at the entrance and no elevator. Please call us: we will find a way or another place for you."},
		{"not_sure", "The entrance is level; we have not measured the restroom door yet."},
		{"", ""},
	}
}
