#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Eight odd rows planted in tables of customers, orders and machines, and in UCI adult ($ISTHMUS_DATA/uci): how many of them each score flags
// at 1 % false alarms, and how many of 400 usual rows. A model of each table is trained on rows without them.
//
//     dotnet run -c Release bench/planted.cs [rows] [seeds] [epochs] [score,score]
using System.Globalization;
using Isthmus.Data.Formats;
using Isthmus.Tables;
using Isthmus.Training;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rows = args.Length > 0 ? int.Parse(args[0]) : 2000;
var seeds = args.Length > 1 ? int.Parse(args[1]) : 3;
var epochs = args.Length > 2 ? args[2] : "20";
RowScoreKind[] kinds =
    args.Length > 3
        ? [.. args[3].Split(',').Select(name => Enum.Parse<RowScoreKind>(name, ignoreCase: true))]
        : [RowScore.Default, RowScoreKind.Neighbour, RowScoreKind.Conditional, RowScoreKind.Elbo];
const int Usual = 400;
Isthmus.Compute.TensorLibrary.EnsureLoaded();
set_num_threads(1);
var folder = Directory.CreateTempSubdirectory("isthmus-planted").FullName;
Console.WriteLine(
    $"| table | seed | {string.Join(" | ", kinds.Select(kind => kind.ToString().ToLowerInvariant()))} |\n|---|---|{string.Concat(kinds.Select(_ => "---|"))}"
);
foreach (
    var (name, make) in new (string, Func<Random, (string Header, List<string> Rows, string[] Odd)>)[]
    {
        ("customers", Customers),
        ("orders", Orders),
        ("machines", Machines),
        ("adult", Adult),
    }
)
    for (var seed = 1; seed <= seeds; seed++)
    {
        var (header, made, odd) = make(new(seed));
        var (train, test) = (Path.Combine(folder, "train.csv"), Path.Combine(folder, "test.csv"));
        File.WriteAllLines(train, made.Take(rows).Prepend(header));
        File.WriteAllLines(test, (string[])[header, .. odd, .. made.Skip(rows).Take(Usual)]);
        using var model = TrainingRun
            .Train(
                "table-vae",
                DataSource.Load(train, new() { Table = new() }),
                new()
                {
                    Seed = seed,
                    Threads = 1,
                    Settings = new Dictionary<string, string> { ["epochs"] = epochs },
                }
            )
            .Model;
        var cells = new List<string>();
        foreach (var kind in kinds)
        {
            var scored = Path.Combine(folder, "scored.csv");
            ScoredTable.Of(
                [model],
                test,
                new()
                {
                    Kind = kind,
                    Output = scored,
                    Seed = seed,
                }
            );
            var header2 = File.ReadLines(scored).First().Split(',').ToList();
            bool[] flagged = [.. File.ReadLines(scored).Skip(1).Select(line => line.Split(',')[header2.IndexOf("anomaly")] == "yes")];
            cells.Add(
                $"{flagged.Take(odd.Length).Count(is1 => is1)} of {odd.Length} "
                    + $"({string.Concat(flagged.Take(odd.Length).Select((is1, i) => is1 ? "" : $" {i + 1}"))} missed), "
                    + $"{flagged.Skip(odd.Length).Count(is1 => is1)}"
            );
        }
        Console.WriteLine($"| {name} | {seed} | {string.Join(" | ", cells)} |");
    }
Directory.Delete(folder, recursive: true);

static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

static string Pick(Random random, params (string Text, double Share)[] of)
{
    var at = random.NextDouble() * of.Sum(one => one.Share);
    foreach (var (text, share) in of)
        if ((at -= share) < 0)
            return text;
    return of[^1].Text;
}

static string Date(int day) => new DateOnly(2021, 1, 1).AddDays(day).ToString("yyyy-MM-dd");

(string, List<string>, string[]) Customers(Random random)
{
    var made = new List<string>();
    for (var i = 0; i < rows + Usual; i++)
    {
        var age = Math.Clamp((int)(44 + 14 * Normal(random)), 18, 85);
        var city = Pick(random, ("Berlin", 4), ("Hamburg", 3), ("Munich", 2), ("Cologne", 1));
        // Students live in Berlin and Hamburg only.
        var plan =
            age < 28 && city is "Berlin" or "Hamburg" && random.NextDouble() < 0.6 ? "student" : Pick(random, ("basic", 5), ("plus", 3), ("premium", 1.5));
        var income =
            Math.Round(
                Math.Exp(
                    10.3
                        + 0.01 * (age - 18)
                        + (
                            plan == "premium" ? 0.6
                            : plan == "student" ? -0.8
                            : 0
                        )
                        + 0.25 * Normal(random)
                ) / 100
            ) * 100;
        var tenure = random.Next(0, 73);
        var spend = Math.Round(
            Math.Max(
                5,
                (
                    plan switch
                    {
                        "student" => 12,
                        "basic" => 20,
                        "plus" => 45,
                        _ => 110,
                    }
                ) * Math.Exp(0.15 * Normal(random))
                    + income / 2500
            ),
            2
        );
        var day = 1800 - 30 * tenure - random.Next(30);
        var satisfaction = random.NextDouble() < 0.05 ? "" : random.Next(1, 6).ToString();
        made.Add($"C{i + 10000},{age},{income},{city},{plan},{tenure},{spend:F2},{Date(day)},{satisfaction}");
    }
    return (
        "customer_id,age,income,city,plan,tenure,monthly_spend,signup,satisfaction",
        made,
        [
            $"X1,45,36000,Berlin,basic,30,-20,{Date(890)},3",
            $"X2,45,36000,Berlin,basic,1,34.50,{Date(2300)},3",
            $"X3,45,36000,Berlin,basic,2,35.20,{Date(100)},3",
            $"X4,22,14000,Munich,student,20,17.60,{Date(1190)},4",
            $"X5,40,39000,Hamburg,basic,20,140.30,{Date(1190)},4",
            $"X6,50,37000,Hamburg,,24,35.00,{Date(1070)},4",
            $"X7,96,52000,Hamburg,basic,24,41.00,{Date(1070)},2",
            $"X8,50,37000,Potsdam,basic,24,35.00,{Date(1070)},4",
        ]
    );
}

(string, List<string>, string[]) Orders(Random random)
{
    var made = new List<string>();
    for (var i = 0; i < rows + Usual; i++)
    {
        var country = Pick(random, ("DE", 5), ("FR", 3), ("US", 4), ("JP", 1));
        var currency = country switch
        {
            "US" => "USD",
            "JP" => "JPY",
            _ => "EUR",
        };
        var product = Pick(random, ("book", 5), ("phone", 2), ("laptop", 1), ("cable", 4));
        var price =
            product switch
            {
                "book" => 15,
                "phone" => 500,
                "laptop" => 1100,
                _ => 8,
            } * Math.Exp(0.2 * Normal(random));
        var quantity = product is "cable" or "book" ? 1 + (int)(-2 * Math.Log(1 - random.NextDouble())) : 1;
        var weight =
            (
                product switch
                {
                    "book" => 0.4,
                    "phone" => 0.3,
                    "laptop" => 2.2,
                    _ => 0.1,
                }
            )
            * quantity
            * Math.Exp(0.05 * Normal(random));
        var express = random.NextDouble() < 0.2;
        made.Add(
            $"{100000 + i},{Date(random.Next(720))},{country},{currency},{product},{quantity},{price:F2},{price * quantity:F2},{weight:F3},"
                + $"{(express ? "yes" : "no")},{(express ? random.Next(1, 3) : random.Next(3, 9))}"
        );
    }
    return (
        "order,day,country,currency,product,quantity,unit_price,total,weight_kg,express,days",
        made,
        [
            $"1,{Date(300)},DE,EUR,book,2,-15.00,-30.00,0.790,no,4",
            $"2,{Date(1000)},DE,EUR,book,2,15.00,30.00,0.790,no,4",
            $"3,{Date(300)},DE,EUR,laptop,1,1100.00,9.00,2.200,no,4",
            $"4,{Date(300)},DE,USD,book,2,15.00,30.00,0.790,no,4",
            $"5,{Date(300)},FR,EUR,cable,1,480.00,480.00,0.100,no,5",
            $"6,{Date(300)},DE,EUR,book,2,15.00,30.00,,no,4",
            $"7,{Date(300)},DE,EUR,book,2,15.00,30.00,0.790,no,12",
            $"8,{Date(300)},BR,EUR,book,2,15.00,30.00,0.790,no,4",
        ]
    );
}

(string, List<string>, string[]) Machines(Random random)
{
    var made = new List<string>();
    for (var i = 0; i < rows + Usual; i++)
    {
        var mode = Pick(random, ("idle", 4), ("run", 5), ("boost", 1));
        var load = mode switch
        {
            "idle" => 5 + 2 * Normal(random),
            "run" => 50 + 12 * Normal(random),
            _ => 90 + 3 * Normal(random),
        };
        var speed = 600 + 22 * load + 25 * Normal(random);
        var heat = 22 + 0.5 * load + 2 * Normal(random);
        var pressure = 3 + 0.00002 * load * speed + 0.05 * Normal(random);
        var line = Pick(random, ("A", 1), ("B", 1), ("C", 1));
        // The old tool is on line C only.
        var tool = line == "C" ? Pick(random, ("old", 1), ("new", 1)) : "new";
        made.Add($"{load:F1},{speed:F0},{heat:F1},{pressure:F2},{mode},{line},{tool},{random.Next(1, 4)},{Math.Exp(0.5 * Normal(random)):F3}");
    }
    return (
        "load,speed,heat,pressure,mode,line,tool,shift,vibration",
        made,
        [
            "50,1700,47,-2,run,A,new,1,1.0",
            "50,1700,47,4.70,run,A,new,9,1.0",
            "50,2300,47,4.70,run,A,new,1,1.0",
            "50,1700,47,4.70,run,A,old,2,1.0",
            "5,710,24.5,3.07,boost,B,new,2,1.0",
            "50,1700,,4.70,run,B,new,2,1.0",
            "50,1700,47,4.70,run,B,new,2,9.5",
            "50,1700,47,4.70,stuck,B,new,2,1.0",
        ]
    );
}

(string, List<string>, string[]) Adult(Random random)
{
    var lines = File.ReadAllLines(
        Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? throw new InvalidOperationException("Set ISTHMUS_DATA."), "uci", "adult_ctgan.csv")
    );
    string[] made = [.. lines.Skip(1)];
    random.Shuffle(made);
    return (
        lines[0],
        [.. made.Take(rows + Usual)],
        [
            "-4, Private,180000, Bachelors,13, Never-married, Sales, Not-in-family, White, Male,0,0,40, United-States, <=50K",
            "41, Private,180000, Bachelors,13, Married-civ-spouse, Sales, Husband, White, Male,0,0,140, United-States, <=50K",
            "41, Private,180000, Bachelors,5, Married-civ-spouse, Sales, Husband, White, Male,0,0,40, United-States, <=50K",
            "41, Private,180000, Bachelors,13, Married-civ-spouse, Sales, Husband, White, Female,0,0,40, United-States, <=50K",
            "18, Private,180000, Doctorate,16, Never-married, Prof-specialty, Own-child, White, Male,0,0,40, United-States, <=50K",
            "41, Private,180000, Bachelors,13, Married-civ-spouse, Sales, Husband, White,,0,0,40, United-States, <=50K",
            "97, Private,180000, HS-grad,9, Married-civ-spouse, Sales, Husband, White, Male,0,0,40, United-States, <=50K",
            "41, Private,180000, Bachelors,13, Separated-twice, Sales, Husband, White, Male,0,0,40, United-States, <=50K",
        ]
    );
}
