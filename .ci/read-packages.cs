// Reads a folder of packages, prints a table of them, and fails on what a package of ours may not be:
//
//     dotnet run .ci/read-packages.cs FOLDER
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

const long Limit = 250_000_000;
bool IsOurs(string name) => Regex.IsMatch(name, @"^Isthmus(\.|$)");
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
    foreach (var library in zip.Entries.Where(entry => Regex.IsMatch(entry.FullName, @"(^|/)Isthmus[^/]*\.dll$")))
        Demand(!Contents(library).Contains(Directory.GetCurrentDirectory(), StringComparison.Ordinal), $"{library.Name} names this machine's folder");
    Demand(!isLibrary || File.Exists(Path.ChangeExtension(path, ".snupkg")), "it has no symbols");
    foreach (var (name, least) in dependencies.Where(dependency => IsOurs(dependency.Id)))
        Demand(least == $"[{version}]", $"depends on {name} {least}, not on [{version}]");
    // libtorch-cpu and its three platforms, or nothing: one platform alone would be that of the machine that packed.
    var natives = dependencies.Count(dependency => dependency.Id.StartsWith("libtorch", StringComparison.Ordinal));
    Demand(natives == (id == "Isthmus.Cpu" ? 4 : 0), $"depends on {natives} packages of libtorch");
    var others = dependencies.Count(dependency => !IsOurs(dependency.Id));
    string[] shown = types.Contains("DotnetToolRidPackage")
        ? ["nothing: all is in it"]
        : [.. dependencies.Select(dependency => dependency.Id).Where(IsOurs), $"{others} of others"];
    Console.WriteLine($"| {id} | {bytes / 1e6:F3} | {string.Join(", ", shown)} |");
}
foreach (var fault in faults)
    Console.Error.WriteLine(fault);
return faults.Count;

static string Contents(ZipArchiveEntry entry)
{
    using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
    return reader.ReadToEnd();
}
