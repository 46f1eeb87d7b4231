#:project ../src/Isthmus.Measures/Isthmus.Measures.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Mutual information of two columns of a file, with its standard error and what speaks against it; no tensor library.
using Isthmus.Information;
using Isthmus.Measures;

File.WriteAllLines(
    "weather.csv",
    ["humidity,rain", .. Enumerable.Range(0, 500).Select(day => $"{40 + (day * 37 % 60)},{(day * 37 % 60 > 40 ? "yes" : "no")}")]
);
var (table, _) = MeasuredData.Read(["weather.csv"], new());
var figure = InformationMeasure.MutualInformation(table, table.Select("humidity"), table.Select("rain"), null, new());
var bits = InformationUnits.NatsToBits(figure.Shown);
Console.WriteLine($"I(humidity; rain) = {bits.Value:F2} ± {bits.StandardError:F2} bits, by '{figure.Chosen.Estimator}': {figure.Chosen.Reason}.");
foreach (var warning in figure.Chosen.Warnings)
    Console.WriteLine($"But: {warning}");
