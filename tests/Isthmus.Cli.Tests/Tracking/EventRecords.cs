using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Tensorboard;

namespace Isthmus.Tests.Tracking;

/// <summary>A reader of event files that shares nothing with the writer: check sums bit by bit, as RFC 3720 defines them.</summary>
internal static class EventRecords
{
    /// <summary>Events of a file, each checked against both of its check sums.</summary>
    public static List<Event> Read(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        List<Event> events = [];
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            Assert.Equal(Masked(bytes.Slice(12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(bytes.Slice(12, length).ToArray()));
            bytes = bytes[(16 + length)..];
        }
        return events;
    }

    /// <summary>Scalars of a folder as TensorBoard shows them: files in the order of their names; a start voids what was logged from its step on.</summary>
    public static Dictionary<(string Tag, long Step), List<float>> Scalars(string folder)
    {
        Dictionary<(string Tag, long Step), List<float>> scalars = [];
        foreach (var read in Files(folder).SelectMany(Read))
        {
            if (read.SessionLog?.Status == SessionLog.Types.SessionStatus.Start)
                foreach (var old in scalars.Keys.Where(key => key.Step >= read.Step).ToArray())
                    scalars.Remove(old);
            foreach (var value in read.Summary?.Value.Where(value => value.ValueCase == Summary.Types.Value.ValueOneofCase.SimpleValue) ?? [])
            {
                if (!scalars.TryGetValue((value.Tag, read.Step), out var values))
                    scalars[(value.Tag, read.Step)] = values = [];
                values.Add(value.SimpleValue);
            }
        }
        return scalars;
    }

    public static string[] Files(string folder) => [.. Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    /// <summary>Hyperparameters of the run, from the one message of its start.</summary>
    public static IReadOnlyDictionary<string, Value> Settings(IEnumerable<Event> events)
    {
        var plugin = Assert.Single(Values(events), value => value.Tag == "_hparams_/session_start_info").Metadata.PluginData;
        Assert.Equal("hparams", plugin.PluginName);
        // HParamsPluginData { session_start_info = 3 }, and SessionStartInfo { map<string, Value> hparams = 1; double start_time_secs = 5 }.
        var data = plugin.Content.CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(3, WireFormat.WireType.LengthDelimited), data.ReadTag());
        var info = data.ReadBytes();
        Assert.True(data.IsAtEnd);
        return Struct.Parser.ParseFrom(info).Fields.ToDictionary();
    }

    /// <summary>Status of the run's end: 1 success, 2 failure.</summary>
    public static int Status(IEnumerable<Event> events)
    {
        var data = Assert.Single(Values(events), value => value.Tag == "_hparams_/session_end_info").Metadata.PluginData.Content.CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(4, WireFormat.WireType.LengthDelimited), data.ReadTag());
        var info = data.ReadBytes().CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.Varint), info.ReadTag());
        return info.ReadEnum();
    }

    private static IEnumerable<Summary.Types.Value> Values(IEnumerable<Event> events) => events.SelectMany(read => read.Summary?.Value.ToArray() ?? []);

    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F63B78u : 0);
        }
        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = Crc(bytes);
        return (crc >> 15 | crc << 17) + 0xA282EAD8;
    }
}
