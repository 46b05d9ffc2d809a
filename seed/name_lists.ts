/** Where a family's names come from. A name is drawn from one heritage, so that first and last names go together. */
export type Heritage =
  | 'anglo'
  | 'african_american'
  | 'hispanic'
  | 'german'
  | 'nordic'
  | 'italian'
  | 'irish'
  | 'polish'
  | 'vietnamese'
  | 'chinese'
  | 'korean'
  | 'filipino'
  | 'japanese'
  | 'hawaiian'
  | 'south_asian'
  | 'arab'
  | 'portuguese'
  | 'french'
  | 'native';

export interface Names {
  first: readonly string[];
  last: readonly string[];
}

/** First names that any family in the United States may give. */
export const COMMON: readonly string[] = list(
  'Adam Alex Amanda Amy Andrea Andrew Angela Anna Anthony Ashley Ben Brian Brittany Carol Chris Christina Daniel David Diane Emily Eric Erin Grace Heather Jason Jeff Jennifer Jessica Joe John Jordan Julie Justin Karen Katie Kelly Kevin Kim Laura Lauren Linda Lisa Mark Mary Matt Megan Melissa Michael Michelle Mike Nancy Nicole Olivia Pam Patrick Paul Rachel Rebecca Rick Robert Ryan Sam Sarah Scott Stephanie Steve Susan Taylor Teresa Tim Tina Tom Tony Tyler Vanessa',
);

export const NAMES: Readonly<Record<Heritage, Names>> = {
  anglo: {
    first: list('Barbara Beth Bill Brad Brenda Cheryl Clay Cody Craig Dale Debbie Donna Doug Ed Gary Gene Gina Glenn Greg Holly Jack Jan Janet Jenna Jill Jim Judy Kathy Keith Ken Kyle Lori Lynn Marsha Neil Peggy Phil Randy Ray Rhonda Roger Ron Russ Shannon Sheila Sherry Stacy Stan Tammy Terry Todd Tracy Travis Wade Wendy'),
    last: list('Adams Allen Anderson Bailey Baker Barnes Bennett Brooks Butler Campbell Carter Clark Coleman Collins Cooper Cox Crawford Davis Dixon Edwards Ellis Evans Fisher Ford Foster Gibson Graham Gray Green Griffin Hall Hamilton Harper Harris Hayes Henderson Hicks Hill Holmes Howard Hughes Hunter Johnson Jones Kennedy King Lawson Lewis Long Marshall Martin Mason Matthews McDonald Miller Mills Mitchell Moore Morgan Morris Nelson Nichols Owens Palmer Parker Patterson Perkins Perry Peters Phillips Porter Powell Price Reed Reynolds Rice Richardson Roberts Robertson Rogers Rose Ross Russell Sanders Scott Shaw Simmons Simpson Smith Spencer Stephens Stevens Stewart Stone Sutton Taylor Thompson Tucker Turner Wagner Walker Wallace Ward Warren Watson Webb Wells West White Williams Wilson Wood Wright Young'),
  },
  african_american: {
    first: list('Aaliyah Andre Brianna Carlton Cedric Darius Darnell Deja Denise Desmond Ebony Imani Isaiah Jamal Jasmine Jerome Kendra Keisha LaToya Lamar Malik Marcus Monique Nia Raven Reggie Shanice Simone Terrell Tiana Trevon Tyrone Vernon Whitney Xavier Yolanda'),
    last: list('Banks Battle Booker Boykin Bryant Cannon Chambers Charles Dorsey Fields Franklin Gaines Gibbs Glover Grant Hampton Harrell Jackson Jefferson Jenkins Joseph Mosley Mack Odom Pierre Randolph Robinson Sims Singleton Tate Thomas Toliver Tyson Washington Whitfield Wiggins Womack'),
  },
  hispanic: {
    first: list('Alejandra Alejandro Ana Andrés Beatriz Carlos Carmen Claudia Cristina Diego Eduardo Elena Enrique Esteban Fernando Francisco Gabriela Guadalupe Héctor Isabel Javier Jesús Jorge José Juan Leticia Lorena Lucía Luis Luz Manuel Marco Margarita María Mariana Marisol Mateo Miguel Mónica Óscar Pablo Patricia Rafael Ramón Raúl Ricardo Roberto Rosa Rubén Sandra Santiago Silvia Sofía Verónica Yesenia'),
    last: list('Aguilar Alvarado Álvarez Ávila Benavides Cabrera Campos Cárdenas Castillo Castro Cervantes Chávez Contreras Córdova Delgado Díaz Domínguez Durán Escobar Espinoza Estrada Fernández Figueroa Flores Fuentes Gallegos García Garza Gómez Gonzales González Guerrero Gutiérrez Guzmán Hernández Herrera Jiménez Juárez León López Luna Maldonado Marín Márquez Martínez Medina Mejía Mendoza Molina Montoya Morales Moreno Muñoz Navarro Núñez Ochoa Ortega Ortiz Pacheco Padilla Peña Pérez Ramírez Ramos Reyes Ríos Rivera Robles Rodríguez Rojas Romero Rosales Rubio Ruiz Salazar Salinas Sánchez Sandoval Santos Serrano Silva Solís Soto Suárez Torres Trujillo Valdez Valencia Vargas Vásquez Vega Velasco Vigil Villarreal Zamora'),
  },
  german: {
    first: list('Bernie Carl Christine Claire Curt Dieter Don Elaine Emma Erich Erika Fred Gretchen Hannah Heidi Ingrid Karl Kurt Marlene Marta Otto Rudy Trudy Walt'),
    last: list('Bauer Becker Brandt Dietrich Ebert Eichhorn Engel Fischer Franke Friedrich Geiger Hartmann Heinz Hoffman Huber Kaiser Keller Klein Koch Koehler Krause Kruger Lang Lehmann Lutz Mayer Metzger Meyer Mueller Neumann Roth Sauer Schaefer Schmidt Schneider Schreiber Schroeder Schultz Schwartz Stein Vogel Voss Weber Weiss Werner Wolf Yoder Zimmerman'),
  },
  nordic: {
    first: list('Anders Annika Astrid Bjorn Britta Dean Elsa Eric Gunnar Inga Karin Kirsten Lars Leif Linnea Marit Nels Nils Signe Solveig Sven Tor'),
    last: list('Amundson Berg Carlson Christensen Dahl Engstrom Erickson Gustafson Halvorson Hansen Haugen Jensen Johansen Jorgensen Knutson Larsen Lindgren Lindquist Lund Lundberg Nelson Nilsson Nygaard Olson Peterson Rasmussen Solberg Sorenson Strand Swanson Thorson'),
  },
  italian: {
    first: list('Angelo Carla Carmine Dante Dino Dominic Frank Gianna Gina Joanne Lou Lucia Marco Maria Nick Nina Rocco Rosemary Sal Theresa Vince'),
    last: list('Amato Barone Bianchi Bruno Caruso Catalano Colombo Conti Costa DeLuca DiNapoli Esposito Ferrara Ferraro Gallo Giordano Greco Lombardi Mancini Marino Messina Moretti Palermo Parisi Pellegrino Rinaldi Rizzo Romano Rossi Russo Santoro Vitale'),
  },
  irish: {
    first: list('Aidan Bridget Brendan Caitlin Colleen Connor Declan Eileen Fiona Kathleen Kerry Liam Maeve Maggie Maureen Molly Nora Owen Rory Sean Shane Sheila'),
    last: list("Boyle Brady Brennan Burke Byrne Callahan Carroll Casey Connolly Cullen Dolan Donovan Doyle Duffy Fitzgerald Flanagan Flynn Foley Gallagher Hogan Kane Keane Kelleher Kelly Lynch Maguire McCarthy McGrath McKenna Monahan Moran Murphy Nolan O'Brien O'Connor O'Donnell O'Neill Quinn Reilly Riordan Ryan Sheehan Sullivan Sweeney Walsh"),
  },
  polish: {
    first: list('Alina Basia Casimir Danuta Ed Ewa Greta Henry Irene Jan Joanna Krystyna Marek Marta Renata Stan Stella Ted Walter Wanda'),
    last: list('Adamski Bielski Dombrowski Gorski Jablonski Jankowski Kaminski Kowalski Kozlowski Krol Lewandowski Majewski Malinowski Mazur Nowak Olszewski Pawlak Piotrowski Sadowski Sikora Stachowiak Szymanski Wasik Wisniewski Wojcik Zielinski'),
  },
  vietnamese: {
    first: list('An Anh Bao Binh Cuong Dung Duc Hanh Hien Hoa Hung Huong Kim Lan Linh Long Mai Minh Nga Ngoc Phong Phuong Quang Quynh Son Thanh Thao Thuy Trang Tuan Van Vinh'),
    last: list('Nguyen Nguyen Nguyen Tran Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Luong Truong Dinh'),
  },
  chinese: {
    first: list('Bo Chen Fang Hao Jia Jian Jing Jun Lei Li Lin Ling Mei Ming Ping Qing Shu Wei Xin Yan Yi Ying Yong Yu'),
    last: list('Chan Chang Chen Cheng Chiu Chu Fong Gao Guo Han He Hsu Hu Huang Jiang Kwan Lam Lau Leung Li Liang Lin Liu Lo Ma Mak Ng Sun Tang Tsai Wang Wong Wu Xu Yang Ye Yuan Zhang Zhao Zheng Zhou Zhu'),
  },
  korean: {
    first: list('Eun Hana Hyun Ji-woo Jin Jae Joon Jun Min Min-ji Mina Seo-yeon Soo Sang Sung Sun-hee Young Yuna'),
    last: list('Kim Kim Lee Lee Park Choi Jung Kang Cho Yoon Chang Lim Han Oh Shin Kwon Hwang Ahn Song Yoo Hong Bae'),
  },
  filipino: {
    first: list('Analyn Arlene Arnel Bernadette Carmelita Cesar Cherry Danilo Dennis Edwin Elmer Ferdinand Grace Jasmin Jerome Jocelyn Joel Jun Lourdes Maricel Marites Marlon Nestor Noel Ramil Rey Rowena Sherwin'),
    last: list('Abad Agbayani Aquino Bautista Buenaventura Cabral Castaneda Corpuz Cruz Dacanay Dela-Cruz Domingo Espiritu Evangelista Galang Ignacio Lacson Macaraeg Magno Manalo Mendiola Ocampo Pascual Quiambao Ramiro Sison Tolentino Villanueva'),
  },
  japanese: {
    first: list('Akira Aya Chie Daisuke Emi Glenn Hana Hiroshi Jun Karen Keiko Ken Kenji Mariko Michi Naomi Rei Ross Russell Sachi Takeshi Wayne Yoko Yuki'),
    last: list('Fujimoto Fukuda Hamada Higa Hirata Ikeda Inouye Ishii Ito Kaneshiro Kato Kimura Kobayashi Matsumoto Miyamoto Miyashiro Morita Murakami Nakamura Nakasone Nishimura Oda Okamoto Ota Saito Sakamoto Sato Shimabukuro Suzuki Takahashi Tamura Tanaka Uehara Watanabe Yamada Yamamoto Yoshida'),
  },
  hawaiian: {
    first: list('Alana Haunani Iolani Kai Kaimana Kainoa Kalani Kaleo Kamaka Kanani Kapena Kawika Keala Kealoha Keanu Keola Lani Leilani Lokelani Makana Malia Mele Nalani Noelani Pua'),
    last: list('Akana Ching Hanohano Ho Kaaihue Kahale Kahananui Kahele Kahoʻokele Kaleikini Kalua Kamaka Kanahele Kaneshiro Kaʻawa Kauhane Kealoha Keawe Kekauoha Kekoa Keola Mahoe Makua Nakoa Pukahi Silva'),
  },
  south_asian: {
    first: list('Aisha Ajay Amit Anil Anita Arjun Asha Deepa Dinesh Farah Harish Imran Jaya Kavita Kiran Lakshmi Manish Meena Mohan Neha Nikhil Nisha Pooja Priya Raj Rajesh Rakesh Rashmi Ravi Ritu Rohan Sanjay Shreya Sunil Sunita Suresh Usha Vijay Vikram Zara'),
    last: list('Ahmed Ali Bhatt Chaudhry Chopra Das Desai Deshpande Dhillon Gandhi Gill Gupta Iyer Jain Joshi Kapoor Kaur Khan Kulkarni Kumar Malhotra Malik Mehta Menon Mishra Nair Naidu Pandya Patel Patel Patel Pillai Rao Reddy Shah Sharma Sheikh Sidhu Singh Singh Srinivasan Thakkar Trivedi Varma'),
  },
  arab: {
    first: list('Ahmad Ali Amal Amina Bassam Dina Elias Fadi Fatima George Hadi Hala Hassan Ibrahim Karim Khalil Layla Lina Mariam Maya Nabil Nadia Omar Rami Rana Sami Samira Tarek Yasmin Youssef Zeina'),
    last: list('Abboud Abdallah Ayoub Aziz Barakat Beydoun Darwish Farah Fayad Ghanem Haddad Hakim Hamad Hamdan Hassan Issa Jaber Karam Khoury Mansour Mikhail Mousa Najjar Nasser Rahman Saad Saleh Salman Sarkis Shaheen Yousef Zogby'),
  },
  portuguese: {
    first: list('Ana Antonio Arlindo Carlos Connie Deolinda Eduardo Fatima Fernanda Helder Isabel Joao Jose Lucia Manny Maria Natalia Paulo Tony Zelia'),
    last: list('Almeida Amaral Andrade Arruda Avila Barros Borges Cabral Camara Carvalho Correia Costa Couto DaSilva Fernandes Ferreira Furtado Lima Lopes Machado Medeiros Melo Mendes Moniz Oliveira Pacheco Pereira Pimentel Raposo Rebelo Santos Sousa Tavares Teixeira Vieira'),
  },
  french: {
    first: list('Aimee Andre Claudette Claude Danielle Desiree Elise Emile Gaston Genevieve Jacques Jeanne Leon Lucien Madeleine Marcel Monique Nicolette Pierre Remy Renee Rene Yvette'),
    last: list('Arceneaux Babineaux Beaudoin Bergeron Bernier Boudreaux Bouchard Broussard Castille Comeaux Cormier Daigle Desjardins Doucet Fontenot Gagnon Gaudet Guidry Hebert Landry Lavoie LeBlanc Leger Levesque Melancon Michaud Mouton Ouellette Pelletier Poirier Richard Robichaux Roy Savoie Soucy Theriault Thibodeaux Trahan'),
  },
  native: {
    first: list('Alvin Arlene Bernadine Calvin Darlene Delbert Ernest Faye Harrison Irvin Lavina Leonard Leroy Lorraine Marlene Melvin Orlando Roselyn Shawna Tanya Verna Wilson'),
    last: list('Begay Benally Bitsui Chee Dale Etsitty Goldtooth Iron-Cloud Littlelight Manygoats Nez Red-Elk Running-Bear Sam Tallman Tsosie Two-Bulls White-Eagle Yazzie'),
  },
};

function list(words: string): string[] {
  return words.split(' ');
}
