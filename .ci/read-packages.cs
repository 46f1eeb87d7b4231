// Reads a folder of packages, prints a table of them, and fails on what a package of ours may not be:
//
//     dotnet run .ci/read-packages.cs FOLDER
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const long Limit = 250_000_000;
string[] withoutNatives = ["Isthmus.Information", "Isthmus.Data", "Isthmus.Compression", "Isthmus.Measures", "Isthmus", "Isthmus.Onnx", "Isthmus.Reporting"];
List<string> faults = [];
Console.WriteLine("| package | MB | depends on |\n|---|---|---|");
foreach (var path in Directory.GetFiles(args[0], "*.nupkg").Order(StringComparer.Ordinal))
{
    using var zip = ZipFile.OpenRead(path);
    var names = zip.Entries.Select(entry => entry.FullName).ToHashSet();
    using var stream = zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
    var package = XDocument.Load(stream).Root!.Elements().Single();
    string? Text(string name) => package.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
    var (id, version, bytes) = (Text("id")!, Text("version")!, new FileInfo(path).Length);
    var dependencies = package
        .Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .Select(element => (Id: element.Attribute("id")!.Value, Version: element.Attribute("version")!.Value))
        .ToArray();
    var types = package.Descendants().Where(element => element.Name.LocalName == "packageType").Select(element => element.Attribute("name")!.Value).ToArray();
    var isLibrary = types.Length == 0 && id != "Isthmus.Cpu";

    void Demand(bool holds, string what)
    {
        if (!holds)
            faults.Add($"{Path.GetFileName(path)}: {what}");
    }
    Demand(bytes < Limit, $"{bytes:N0} bytes, the most is {Limit:N0}");
    Demand(Text("license") == "MIT", "the licence is not MIT");
    foreach (var element in (string[])["description", "tags", "readme", "icon", "releaseNotes", "repository"])
        Demand(package.Elements().Any(found => found.Name.LocalName == element), $"the nuspec has no {element}");
    Demand(Text("description") != "Package Description", "it has no description");
    Demand(names.Contains("README.md") && names.Contains("icon.png"), "README.md or icon.png is missing");
    Demand(!isLibrary || names.Contains($"lib/net10.0/{id}.dll") && names.Contains($"lib/net10.0/{id}.xml"), "the library or its documentation is missing");
    Demand(!isLibrary || File.Exists(Path.ChangeExtension(path, ".snupkg")), "it has no symbols");
    foreach (var dependency in dependencies)
    {
        var isOurs = Regex.IsMatch(dependency.Id, @"^Isthmus(\.|$)");
        Demand(!isOurs || dependency.Version == $"[{version}]", $"depends on {dependency.Id} {dependency.Version}, not on [{version}]");
        // Native packages of one platform would make the package the one of the machine that packed it.
        Demand(!Regex.IsMatch(dependency.Id, "^libtorch.*-(linux|win|osx)"), $"depends on {dependency.Id}, of one platform");
        Demand(!withoutNatives.Contains(id) || !dependency.Id.StartsWith("libtorch", StringComparison.Ordinal), $"depends on {dependency.Id}");
    }
    var shown = types.Contains("DotnetToolRidPackage") ? "all in it" : string.Join(", ", dependencies.Select(dependency => dependency.Id));
    Console.WriteLine($"| {id} | {bytes / 1e6:F3} | {(shown.Length > 0 ? shown : "nothing")} |");
}
foreach (var fault in faults)
    Console.Error.WriteLine(fault);
return faults.Count;
