using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace Isthmus.Studio.Components;

/// <summary>State of a page in its address. Safe to use from the connection's thread.</summary>
public static class Addresses
{
    /// <summary>Returns a value of the query, or null if it is absent or empty.</summary>
    /// <param name="navigation">The address.</param>
    /// <param name="key">Name of the value.</param>
    public static string? Query(this NavigationManager navigation, string key) =>
        QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).TryGetValue(key, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Puts values into the query of the present address and removes those that are null, without a new page and without a step back.</summary>
    /// <param name="navigation">The address.</param>
    /// <param name="values">Values by name.</param>
    public static void Keep(this NavigationManager navigation, params (string Key, object? Value)[] values)
    {
        var address = navigation.GetUriWithQueryParameters(
            values.ToDictionary(
                pair => pair.Key,
                pair => Convert.ToString(pair.Value, System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text ? (object?)text : null
            )
        );
        if (address != navigation.Uri)
            navigation.NavigateTo(address, replace: true);
    }
}
