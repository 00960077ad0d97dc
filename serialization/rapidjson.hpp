// RapidJSON as the JSON codec uses it, in a namespace of its own: its inline functions change
// with the macros below, so they must not be mixed with other uses in the same program.
// Internal to this room; included by its JSON .cpp files only.
#pragma once

#define RAPIDJSON_NAMESPACE wamp::rapid
#define RAPIDJSON_NAMESPACE_BEGIN namespace wamp::rapid {
#define RAPIDJSON_NAMESPACE_END }
#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif

#include <rapidjson/reader.h>
#include <rapidjson/writer.h>
