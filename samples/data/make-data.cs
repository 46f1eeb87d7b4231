// Small made-up data to try commands on, the same on every machine, in the current folder:
//
//     dotnet run samples/data/make-data.cs
//
// customers.csv: 1,000 rows of mixed columns, some cells missing, four rows odd. ratings.csv: who liked which film.
// articles/: 300 short texts of three subjects.
using System.Globalization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var random = new Random(1);

string[] cities = ["Berlin", "Hamburg", "Munich", "Cologne"];
var customers = new List<string> { "customer_id,age,city,plan,visits,monthly_spend,is_member,joined" };
for (var i = 1; i <= 1000; i++)
{
    var city = cities[Math.Min(random.Next(5), 3)];
    var age = 18 + random.Next(30) + random.Next(30);
    // Students live in Berlin and Hamburg only; whoever is on premium visits and spends more.
    var plan = random.NextDouble() switch
    {
        < 0.2 when city is "Berlin" or "Hamburg" && age < 35 => "student",
        < 0.65 => "basic",
        < 0.9 => "plus",
        _ => "premium",
    };
    var visits = 1 + random.Next(plan == "premium" ? 12 : 6);
    var spend = 5 + 4 * visits + (plan == "premium" ? 40 : 0) + 6 * random.NextDouble();
    string[] cells =
    [
        $"{age}",
        city,
        plan,
        $"{visits}",
        $"{spend:F2}",
        plan is "plus" or "premium" || random.Next(4) == 0 ? "yes" : "no",
        $"{new DateOnly(2021, 1, 1).AddDays(random.Next(1500)):yyyy-MM-dd}",
    ];
    // Three cells in a hundred are missing.
    customers.Add($"C{i:0000},{string.Join(',', cells.Select(cell => random.Next(100) < 3 ? "" : cell))}");
}

// Odd: a spend beyond all others, a student in Munich, a negative age, a date in the future.
customers[200] = "C0200,41,Berlin,basic,3,9250.00,no,2022-05-04";
customers[400] = "C0400,24,Munich,student,2,16.10,no,2023-02-11";
customers[600] = "C0600,-3,Hamburg,plus,4,24.80,yes,2021-09-30";
customers[800] = "C0800,37,Cologne,basic,2,15.20,no,2091-01-01";
File.WriteAllLines("customers.csv", customers);

string[][] tastes =
[
    ["Alien", "Heat", "Blade Runner", "The Thing", "Predator", "Terminator", "Brazil", "Solaris", "Stalker", "Gattaca"],
    ["Amelie", "Notting Hill", "Casablanca", "Titanic", "Ghost", "Manhattan", "Sabrina", "Charade", "Roman Holiday", "Once"],
    ["Up", "Wall-E", "Shrek", "Toy Story", "Coco", "Brave", "Bambi", "Dumbo", "Ratatouille", "Frozen"],
];
var ratings = new List<string> { "user,film,rating" };
for (var user = 1; user <= 400; user++)
{
    var taste = random.Next(3);
    foreach (var (films, t) in tastes.Select((films, t) => (films, t)))
        foreach (var film in films)
            if (random.NextDouble() < (t == taste ? 0.7 : 0.1))
                ratings.Add($"{user},{film},{(t == taste ? 4 : 2) + random.Next(2)}");
}
File.WriteAllLines("ratings.csv", ratings);

string[][] subjects =
[
    "rocket orbit launch moon satellite engine fuel crew station planet mission astronaut lander telescope gravity".Split(' '),
    "goal match team player score coach league season referee penalty stadium keeper striker defender trophy".Split(' '),
    "flour oven butter sugar recipe dough bake kitchen salt pepper onion garlic sauce cream dessert".Split(' '),
];
string[] common = "people made found began later first would take place around".Split(' ');
Directory.CreateDirectory("articles");
for (var i = 1; i <= 300; i++)
{
    var words = subjects[i % 3];
    File.WriteAllText(
        Path.Combine("articles", $"{i:000}.txt"),
        string.Join(' ', Enumerable.Range(0, 60).Select(_ => random.Next(4) == 0 ? common[random.Next(common.Length)] : words[random.Next(words.Length)]))
    );
}
Console.WriteLine("customers.csv, ratings.csv and articles/ are made.");
