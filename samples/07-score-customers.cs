#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
// Trains on a list of objects, and says which are unusual and why, in their own values.
using Isthmus;

var random = new Random(1);
List<Customer> customers = [.. Enumerable.Range(1, 1000).Select(Usual)];
var rows = Rows.From(customers).Split(seed: 1);

using var model = Autoencoders.TableVae().Fit(rows, new() { Epochs = 10 });
Customer odd = new(2001, 31, "Basic", 950, new(2024, 5, 1));
foreach (var row in model.Score([customers[0], odd]))
    Console.WriteLine($"{row.Bits:F1} bits, p = {row.PValue:F3}{(row.IsUnusual ? $", unusual: {string.Join("; ", row.Reasons)}" : "")}");

Customer unknown = odd with { Spent = null, Plan = null };
Console.WriteLine($"Missing values filled: {model.Impute([unknown])[0]}");

Customer Usual(int id) =>
    random.Next(3) == 0
        ? new(id, random.Next(30, 70), "Premium", random.Next(500, 1000), new DateOnly(2023, 1, 1).AddDays(random.Next(700)))
        : new(id, random.Next(18, 70), "Basic", random.Next(10, 80), new DateOnly(2023, 1, 1).AddDays(random.Next(700)));

internal sealed record Customer(int Id, int Age, string? Plan, double? Spent, DateOnly Since);
