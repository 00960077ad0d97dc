// The one header for those who work with typed values: conversion of values (converter.hpp,
// struct_members.hpp), of arguments (typed_arguments.hpp) and calls of typed functions
// (callable.hpp). Clients and their handlers include it.
// Spec: "Serializers", "Application Payload" (basic profile).
// Pure functions; any thread.
#pragma once

#include <wamp/serialization/callable.hpp>         // IWYU pragma: export
#include <wamp/serialization/conversion_error.hpp> // IWYU pragma: export
#include <wamp/serialization/converter.hpp>        // IWYU pragma: export
#include <wamp/serialization/typed_arguments.hpp>  // IWYU pragma: export
