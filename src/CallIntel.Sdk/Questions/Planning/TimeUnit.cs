namespace CallIntel.Sdk.Questions.Planning;

enum TimeUnit
{
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
}
