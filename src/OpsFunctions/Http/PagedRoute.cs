namespace OpsFunctions.Http;

/// <summary>Where a list of a run is, and how its pages are bounded.</summary>
/// <typeparam name="TPosition">What a page begins at.</typeparam>
/// <param name="Part">Last segment of the route.</param>
/// <param name="Parameter">Parameter that says where a page begins.</param>
/// <param name="Read">Reads it.</param>
/// <param name="MaximumLimit">Most elements of a page.</param>
/// <param name="DefaultLimit">Elements of a page if the caller does not say.</param>
public sealed record PagedRoute<TPosition>(string Part, string Parameter, Func<QueryReader, TPosition> Read, int MaximumLimit, int DefaultLimit);
