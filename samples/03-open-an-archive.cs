#:project ../src/Isthmus.Compression/Isthmus.Compression.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Lists the files of an archive and takes them out of it, without a tensor library:
//
//     dotnet run -c Release samples/03-open-an-archive.cs pictures.isth
using Isthmus.Compression.Archive;

using var archive = ArchiveReader.Open(args[0], new());
foreach (var entry in archive.Entries)
    Console.WriteLine($"{entry.Name}: {entry.Records:N0} records");
var taken = new Extraction(archive, "taken-out", new()).All();
Console.WriteLine($"{taken.Records:N0} records in {taken.Files.Count:N0} files under taken-out, from {8.0 * archive.Length / taken.Records:N0} bits a record.");
