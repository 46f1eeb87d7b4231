using Isthmus.Data.Records;
using Isthmus.Models;

namespace Isthmus.Tests;

/// <summary>Every kind of record that data can be is known to training and to the evaluation.</summary>
public class RegisteredKindsTests
{
    public static TheoryData<string> Kinds =>
        [.. typeof(RecordKind).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RecordKind)) && !type.IsAbstract).Select(type => type.FullName!)];

    private static RecordKind Kind(string name) => (RecordKind)typeof(RecordKind).Assembly.GetType(name)!.GetProperty("Instance")!.GetValue(null)!;

    [Fact]
    public void Presets_for_one_kind_of_record_say_what_they_are_for() =>
        Assert.All(Preset.All.Where(preset => preset.Kind is not null), preset => Assert.Equal(RecordLearning.Of(preset.Kind!).Presets!.Field, preset.Field));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_model_that_a_kind_takes_where_none_is_named_is_one_for_it(string name) =>
        Assert.True(Preset.Named(Kind(name).Model).Kind is not { } only || only == Kind(name));
}
